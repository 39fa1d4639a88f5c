/** Where a member of a JSON object lies in the text: from the quote of its name to the end of its value. */
interface MemberSpan {
  name: string;
  start: number;
  value: number;
  end: number;
}

const quote = 34;
const backslash = 92;

/**
 * The text of a resource with `id`, `meta.versionId` and `meta.lastUpdated` set and everything else exactly as it was written, so that decimals
 * keep their digits. The order becomes resourceType, id, meta, the rest. `text` must be a valid JSON object.
 */
export function spliceMeta(text: string, meta: { id: string; versionId: string; lastUpdated: string }): string {
  const members = membersIn(text, skipSpace(text, 0));
  const last = (name: string) => members.findLast((member) => member.name === name);
  const type = last('resourceType');
  const old = last('meta');
  const kept = old && text.charCodeAt(old.value) === 123 ? membersIn(text, old.value).filter(({ name }) => name !== 'versionId' && name !== 'lastUpdated') : [];
  let result = '{';
  if (type) result += `"resourceType":${text.slice(type.value, type.end)},`;
  result += `"id":${JSON.stringify(meta.id)},"meta":{"versionId":${JSON.stringify(meta.versionId)},"lastUpdated":${JSON.stringify(meta.lastUpdated)}`;
  for (const member of kept) result += `,${text.slice(member.start, member.end)}`;
  result += '}';
  for (const member of members) {
    if (member.name === 'resourceType' || member.name === 'id' || member.name === 'meta') continue;
    result += `,${text.slice(member.start, member.end)}`;
  }
  return `${result}}`;
}

/** The members of the object that begins at `open`. */
function membersIn(text: string, open: number): MemberSpan[] {
  const members: MemberSpan[] = [];
  let at = skipSpace(text, open + 1);
  while (text.charCodeAt(at) === quote) {
    const start = at;
    const nameEnd = endOfString(text, at);
    const raw = text.slice(start, nameEnd);
    const value = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, value);
    members.push({ name: raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1), start, value, end });
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 44) at = skipSpace(text, at + 1);
  }
  return members;
}

function skipSpace(text: string, at: number): number {
  let next = at;
  for (let code = text.charCodeAt(next); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(++next));
  return next;
}

/** `at` is the opening quote; answers the place after the closing one. */
function endOfString(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    const end = text.indexOf('"', from);
    if (end < 0) throw new SyntaxError('unterminated string in JSON');
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
    from = end + 1;
  }
}

function endOfValue(text: string, at: number): number {
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
