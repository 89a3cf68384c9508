import type { AddedToken } from './types.js';

/** Whether only a template may write it: marked special, or spelt as such, `<|…|>`. */
export function isControl(token: AddedToken): boolean {
  return token.special || /^<[|｜].*[|｜]>$/su.test(token.content);
}

export function isSameToken(token: AddedToken, other: AddedToken | undefined): boolean {
  return (Object.keys(token) as (keyof AddedToken)[]).every((key) => token[key] === other?.[key]);
}
