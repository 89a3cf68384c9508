import { describe, expect, it } from 'vitest';
import { builtInTemplates } from './built-in-templates.js';
import { ChatTemplate } from './chat-template.js';
import { resolveTemplate } from './resolve-template.js';
import { type TemplateFinding, type TemplateTokenizer, verifyTemplate } from './verify-template.js';

const turns = (assistant: string, after = '{% if add_generation_prompt %}<a>{% endif %}'): ChatTemplate =>
  ChatTemplate.fromSource(
    `{{ bos_token }}{% for m in messages %}{% if m.role == 'assistant' %}${assistant}{% else %}<u>{{ m.content }}</u>{% endif %}{% endfor %}${after}`,
    { specialTokens: { bos_token: '<s>' } },
  );

const of = (findings: readonly TemplateFinding[], name: TemplateFinding['name']): TemplateFinding[] =>
  findings.filter((finding) => finding.name === name);

/** Ids by character, but for control tokens in angle brackets; `<s>` is 1 and `</a>` is 2. */
const tokenizer = (options: Partial<TemplateTokenizer> = {}): TemplateTokenizer => ({
  encode: (text) =>
    (text.match(/<\/?\w+>|./gs) ?? []).map((token) =>
      token === '<s>' ? 1 : token === '</a>' ? 2 : 100 + token.codePointAt(0)!,
    ),
  bosId: 1,
  stopIds: [2],
  ...options,
});

describe('verifyTemplate', () => {
  it.each(Object.keys(builtInTemplates))('finds no error in %s', (name) => {
    const findings = verifyTemplate(resolveTemplate(name));
    expect(findings.filter(({ grade }) => grade === 'error')).toEqual([]);
    expect(new Set(findings.map((finding) => finding.name)).size).toBe(9);
  });

  it('is content with a template and a tokenizer that fit', () => {
    const findings = verifyTemplate(turns('<a>{{ m.content }}</a>'), tokenizer());
    expect(findings.filter(({ grade, when }) => grade !== 'info' && when === undefined)).toEqual([]);
    expect(of(findings, 'end-of-turn')[0]?.message).toBe('turns end with "</a>", one token, which is learnt');
    expect(of(findings, 'beginning-of-sequence')[0]?.message).toBe('one beginning-of-sequence token');
  });

  it('warns of a template whose spans cannot be told for plain turns: other data may do', () => {
    const bare = ChatTemplate.fromSource(
      '{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}',
    );
    const message = expect.stringContaining('expected a token that ends the turn, got none');
    expect(verifyTemplate(bare)).toEqual([
      { name: 'spans', grade: 'warning', when: 'plain turns', message },
      { name: 'end-of-turn', grade: 'warning', when: 'plain turns', message },
    ]);
  });

  it('tells of an end of turn that is the next header’s', () => {
    const findings = verifyTemplate(turns('<a>{{ m.content }}\n'), tokenizer({ stopIds: [160] }));
    expect(findings.filter(({ grade }) => grade === 'error')).toEqual([]);
    expect(of(findings, 'end-of-turn')).toEqual([
      {
        name: 'end-of-turn',
        grade: 'warning',
        message: expect.stringMatching(
          /ends no turn itself; the model stops at "<u>", which the template writes next/,
        ),
      },
    ]);
    const stopless = verifyTemplate(turns('<a>{{ m.content }}\n'), tokenizer());
    expect(of(stopless, 'end-of-turn')[0]).toMatchObject({
      grade: 'error',
      message: expect.stringMatching(
        /expected "<u>" \(160\) among the model's stop tokens, got 2; .*generation_config\.json/,
      ),
    });
  });

  it('tells where the prompt is no beginning of the answer', () => {
    const marked = '<b>{% generation %}{{ m.content }}</a>{% endgeneration %}';
    expect(of(verifyTemplate(turns(marked)), 'generation-prompt')[0]).toMatchObject({
      grade: 'warning',
      message: expect.stringMatching(/the prompt for message 1 .* becomes .*<b>.* at offset 25/),
    });
    const early = '{% generation %}<a>{{ m.content }}</a>{% endgeneration %}';
    expect(of(verifyTemplate(turns(early)), 'generation-prompt')[0]).toMatchObject({
      grade: 'warning',
      message: expect.stringContaining('begins with "<a>", which is the end of its prompt'),
    });
    const opening = turns('<a>{{ m.content }}</a>', '{% if add_generation_prompt %}<a><think>\n{% endif %}');
    expect(of(verifyTemplate(opening), 'generation-prompt')[0]).toMatchObject({
      grade: 'warning',
      message: expect.stringContaining(
        'goes on where the text does not: the model is asked with "<a><think>\\n"',
      ),
    });
    const headless = turns('<a>{{ m.content }}</a>', '');
    expect(of(verifyTemplate(headless), 'generation-prompt')[0]).toMatchObject({
      grade: 'warning',
      message: expect.stringContaining('lacks its header "<a>"'),
    });
    expect(of(verifyTemplate(resolveTemplate('mistral-nemo')), 'generation-prompt')).toMatchObject([
      { grade: 'warning', when: 'a system prompt' },
    ]);
  });

  it('tells where earlier turns are rewritten', () => {
    const rewriting = "<a>{{ m.content }}{{ '</z>' if loop.last else '</a>' }}";
    expect(of(verifyTemplate(turns(rewriting)), 'prefix-stable')[0]).toMatchObject({
      grade: 'warning',
      message: expect.stringMatching(/First answer<\/z>.* becomes .*First answer<\/a>/),
    });
    expect(of(verifyTemplate(resolveTemplate('phi-3')), 'prefix-stable')[0]?.grade).toBe('info');
  });

  it('wants the end of turn learnt, one token, and a stop token', () => {
    const made = turns('<a>{{ m.content }}</a>');
    const end = (found: TemplateFinding[]): TemplateFinding | undefined => of(found, 'end-of-turn')[0];
    expect(end(verifyTemplate(made, tokenizer({ stopIds: [7] })))).toMatchObject({
      grade: 'error',
      message: expect.stringContaining('expected "</a>" (2) among the model\'s stop tokens, got 7'),
    });
    const characters = { encode: (text: string) => [...text].map((letter) => letter.codePointAt(0)!) };
    expect(end(verifyTemplate(made, characters))?.message).toBe(
      'expected "</a>" to be one token of the tokenizer, got 4',
    );
    // Many a tokenizer begins a sequence with the token that ends it, and puts it before a text or does not.
    const one = { encode: () => [2], bosId: 2, stopIds: [2] };
    expect(end(verifyTemplate(made, one))).toMatchObject({ grade: 'info' });
    expect(end(verifyTemplate(made, { ...one, encode: () => [2, 2] }))).toMatchObject({ grade: 'info' });
    const unlearnt = turns('<a>{% generation %}{{ m.content }}{% endgeneration %}</a>');
    expect(end(verifyTemplate(unlearnt))).toMatchObject({
      grade: 'error',
      message: expect.stringContaining('in no span'),
    });
  });

  it('counts beginning-of-sequence tokens, those of the tokenizer too', () => {
    const { encode } = tokenizer();
    const twice = tokenizer({ encode: (text) => [1, ...encode(text)] });
    expect(of(verifyTemplate(turns('<a>{{ m.content }}</a>'), twice), 'beginning-of-sequence')[0]).toEqual({
      name: 'beginning-of-sequence',
      grade: 'error',
      message: expect.stringContaining('expected one beginning-of-sequence token, got 2'),
    });
    expect(of(verifyTemplate(turns('<a>{{ m.content }}</a>'), twice), 'end-of-turn')[0]?.grade).toBe('info');
  });

  it('finds no error in a beginning of sequence in each turn, as Llama 2 writes it', () => {
    const llama2 = ChatTemplate.fromSource(
      "{% for m in messages %}{% if m.role == 'user' %}{{ bos_token + '[INST] ' + m.content + ' [/INST]' }}{% else %}{{ ' ' + m.content + ' ' + eos_token }}{% endif %}{% endfor %}",
      { specialTokens: { bos_token: '<s>', eos_token: '</a>' } },
    );
    const findings = verifyTemplate(llama2, tokenizer());
    expect(findings.filter(({ grade }) => grade === 'error')).toEqual([]);
    expect(of(findings, 'beginning-of-sequence')).toEqual([
      {
        name: 'beginning-of-sequence',
        grade: 'info',
        message: '2 beginning-of-sequence tokens in 2 turns, as the template writes them',
      },
    ]);
    const { encode } = tokenizer();
    const twice = verifyTemplate(llama2, tokenizer({ encode: (text) => [1, ...encode(text)] }));
    expect(of(twice, 'beginning-of-sequence')[0]?.grade).toBe('error');
  });

  it('names roles, content, tools and reasoning', () => {
    const findings = verifyTemplate(resolveTemplate('llama-3.1'));
    expect(of(findings, 'roles')[0]?.message).toBe('the template refuses developer');
    expect(of(findings, 'content')[0]?.message).toContain('trimmed');
    expect(of(findings, 'tools')[0]?.grade).toBe('info');
    expect(of(findings, 'reasoning')[0]).toMatchObject({ grade: 'warning', when: 'reasoning' });
    const qwen = verifyTemplate(resolveTemplate('qwen3'));
    expect(of(qwen, 'reasoning')[0]?.message).toContain('in the last turn and dropped in earlier ones');
    expect(of(verifyTemplate(resolveTemplate('deepseek-v3')), 'tools')[0]?.message).toBe(
      'tools: descriptions are left out',
    );
    const silent = turns("<a>{{ m.content }}</a>{% if m.role == 'tool' %}{% endif %}");
    expect(of(verifyTemplate(silent), 'tools')[0]).toMatchObject({ grade: 'warning', when: 'tools' });
  });
});
