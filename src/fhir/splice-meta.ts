import { endOfString, endOfValue, quote, skipSpace } from './json-text.ts';

/** Where a member of a JSON object lies in the text: from the quote of its name to the end of its value. */
interface MemberSpan {
  name: string;
  start: number;
  value: number;
  end: number;
}

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
