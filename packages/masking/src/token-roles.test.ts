import { expect, test } from 'vitest';
import { encode, render } from '../test/hand-made.js';
import { MaskingError } from './masking-error.js';
import { tokenRoles } from './token-roles.js';

test('an encoding of another text is refused', () => {
  const rendered = render({ messages: [{ role: 'user', content: 'a' }] });
  expect(() => tokenRoles(rendered, encode(`${rendered.text} and more`))).toThrow(MaskingError);
});

test('the role of the message that a token starts in, null for the template', () => {
  const rendered = render({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ],
  });
  // ^ U : a ;\n A: b ; \n
  const roles = tokenRoles(rendered, encode(rendered.text, [';\nA', ':b']));
  expect(roles).toEqual([null, 'user', 'user', 'user', 'user', 'assistant', 'assistant', null]);
});
