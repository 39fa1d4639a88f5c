/** Walking over the text of valid JSON without parsing it. Places are those of characters. */

export const quote = 34;
const backslash = 92;

/** The place of the next character that is no white space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  for (let code = text.charCodeAt(next); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(++next));
  return next;
}

/** `at` is the opening quote; answers the place after the closing one. */
export function endOfString(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    const end = text.indexOf('"', from);
    if (end < 0) throw new SyntaxError('unterminated string in JSON');
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
    from = end + 1;
  }
}

/** The place after the value that begins at `at`. */
export function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === quote) return endOfString(text, at);
  if (first !== 123 && first !== 91) {
    let end = at;
    for (let code = first; code > 32 && code !== 44 && code !== 125 && code !== 93; code = text.charCodeAt(++end));
    return end;
  }
  let depth = 0;
  for (let next = at; next < text.length; ) {
    const code = text.charCodeAt(next);
    if (code === quote) next = endOfString(text, next);
    else {
      next++;
      if (code === 123 || code === 91) depth++;
      else if ((code === 125 || code === 93) && --depth === 0) return next;
    }
  }
  throw new SyntaxError('unterminated value in JSON');
}
