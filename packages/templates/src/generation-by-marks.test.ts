import { describe, expect, it } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import type { Conversation } from './types.js';

const conversation: Conversation = {
  messages: [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
  ],
};

const marked = (source: string, said = conversation): string[] | undefined => {
  const template = ChatTemplate.fromSource(source);
  const text = template.renderText(said);
  return template.markedSpans(said, text)?.map(({ start, end }) => text.slice(start, end));
};

describe('markedSpans', () => {
  it('finds blocks in loops, branches, macros and captured text, neighbours as one', () => {
    const block = '{% generation %}{{ m.content }}{% endgeneration %}';
    expect(marked(`{% for m in messages %}<{{ m.role }}>${block}{% endfor %}`)).toEqual(['a', 'b']);
    expect(
      marked(`{% for m in messages %}{% if loop.last %}${block}{% else %}-${block}{% endif %}{% endfor %}`),
    ).toEqual(['ab']);
    expect(
      marked(
        `{% macro turn(m) %}<${block}>{% endmacro %}{% for m in messages %}{% set t = turn(m) %}{{ t }}{% endfor %}`,
      ),
    ).toEqual(['a', 'b']);
    expect(
      marked(`{% for m in messages %}{% set t %}[${block}]{% endset %}{{ t | trim }}{% endfor %}`),
    ).toEqual(['a', 'b']);
  });

  it('takes the outermost of blocks inside each other, and leaves out empty ones', () => {
    expect(
      marked(
        '{% generation %}x{% generation %}y{% endgeneration %}{% endgeneration %}{% generation %}{% endgeneration %}',
      ),
    ).toEqual(['xy']);
  });

  it('answers nothing where marks would change the text, or stand in it already', () => {
    const length = '{% set t %}{% generation %}ab{% endgeneration %}{% endset %}{{ t | length }}';
    expect(marked(length)).toBeUndefined();
    const inside = { messages: [{ role: 'user', content: '\ue0f0' }] };
    expect(
      marked('{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}', inside),
    ).toBeUndefined();
  });

  it('answers nothing for a template without blocks', () => {
    expect(marked('{% for m in messages %}{{ m.content }}{% endfor %}')).toBeUndefined();
  });
});
