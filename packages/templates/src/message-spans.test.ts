import { describe, expect, it } from 'vitest';
import { ChatTemplate } from './chat-template.js';
import type { Conversation } from './types.js';

describe('where messages stand', () => {
  const stands = (source: string, conversation: Conversation): string[] => {
    const { text, messages } = ChatTemplate.fromSource(source, {
      specialTokens: { bos_token: '<s>' },
    }).render(conversation);
    return messages.map(({ start, end, message, role }) => `${message} ${role}: ${text.slice(start, end)}`);
  };
  const withSystem: Conversation = {
    messages: [
      { role: 'system', content: 'S' },
      { role: 'user', content: 'U' },
    ],
  };

  it('a system prompt pulled out of the loop has its header', () => {
    const source =
      '{{ bos_token }}<sys>{{ messages[0].content | trim }}</sys>{% for m in messages[1:] %}<u>{{ m.content }}</u>{% endfor %}';
    expect(stands(source, withSystem)).toEqual(['0 system: <sys>S</sys>', '1 user: <u>U</u>']);
  });

  it('of two that are pulled out, what stands behind the first is the second one’s', () => {
    const source =
      '<sys>{{ messages[0].content }}|{{ messages[1].content }}</sys>{% for m in messages[2:] %}<u>{{ m.content }}</u>{% endfor %}';
    const [system, user] = withSystem.messages;
    const both = { messages: [system!, { role: 'system', content: 'T' }, user!] };
    expect(stands(source, both)).toEqual(['0 system: S', '1 system: |T</sys>', '2 user: <u>U</u>']);
  });

  it('a system prompt folded into a turn is its own content, the rest of the turn the other one’s', () => {
    const source =
      '{% set first = messages[0].content %}{% for m in messages[1:] %}<u>{{ first if loop.first }}{{ m.content }}</u>{% endfor %}';
    expect(stands(source, withSystem)).toEqual(['0 system: S', '1 user: U</u>']);
  });

  it('a system prompt that is written twice in another’s turn stands where it stands first', () => {
    const source =
      '{% set first = messages[0].content %}{% for m in messages[1:] %}<u>{{ first }}|{{ first }}|{{ m.content }}</u>{% endfor %}';
    expect(stands(source, withSystem)).toEqual(['0 system: S', '1 user: |S|U</u>']);
    const parts = {
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'S' },
            { type: 'text', text: 'T' },
          ],
        },
        { role: 'user', content: 'U' },
      ],
    };
    const joined =
      '{% set all %}{% for part in messages[0].content %}{{ part.text }},{% endfor %}{% endset %}{% for m in messages[1:] %}<u>{{ all }}{{ all }}{{ m.content }}</u>{% endfor %}';
    expect(stands(joined, parts)).toEqual(['0 system: S,T', '1 user: ,S,T,U</u>']);
  });

  it('of two places that a message stands in, the longer one', () => {
    const source =
      '{% for m in messages %}<u>{{ m.content }}</u>{% endfor %}|behind|{% for m in messages %}{{ m.role[0] }}{% endfor %}';
    expect(stands(source, withSystem)).toEqual(['0 system: <u>S</u>', '1 user: <u>U</u>']);
    expect(stands(source, { messages: [{ role: 'user', content: 'U' }] })).toEqual(['0 user: <u>U</u>']);
  });

  it('a message that the template leaves out stands nowhere', () => {
    const source =
      "{% for m in messages %}{% if m.role == 'user' %}<u>{{ m.content }}</u>{% endif %}{% endfor %}";
    expect(stands(source, withSystem)).toEqual(['1 user: <u>U</u>']);
  });
});
