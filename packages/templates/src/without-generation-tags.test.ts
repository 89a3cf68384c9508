import { describe, expect, it } from 'vitest';
import { builtInTemplates } from './built-in-templates.js';
import { ChatTemplate } from './chat-template.js';
import { resolveTemplate } from './resolve-template.js';
import { withoutGenerationTags } from './without-generation-tags.js';

describe('withoutGenerationTags', () => {
  it('puts tags in their place that other software knows, with the same control of whitespace', () => {
    const source =
      '{%- generation -%} a {%+ endgeneration %}\n{%generation%}{# content #}b{% endgeneration -%} c';
    expect(withoutGenerationTags(source)).toBe(
      '{%- if true -%} a {%+ endif %}\n{%if true%}{# content #}b{% endif -%} c',
    );
  });

  it('leaves the words alone where they are no tags', () => {
    const source =
      '{# {% generation %} #}{% raw %}{% generation %}{% endraw %}{{ "{% endgeneration %}" }}{% if generation %}{% endif %}';
    expect(withoutGenerationTags(source)).toBe(source);
    expect(withoutGenerationTags('no template {% at all')).toBe('no template {% at all');
  });

  it.each(Object.entries(builtInTemplates))('%s writes the same text without them', (name, { source }) => {
    const template = resolveTemplate(name);
    const bare = ChatTemplate.fromSource(withoutGenerationTags(source), {
      specialTokens: template.specialTokens,
    });
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: ' b ' },
    ];
    expect(bare.marksGeneration).toBe(false);
    expect(bare.renderText({ messages })).toBe(template.renderText({ messages }));
  });
});
