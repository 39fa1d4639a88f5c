import { escapeHtml } from './escape-html.ts';

/** What narrative may use here; FHIR allows more (http://hl7.org/fhir/R4/narrative.html#rules), a printed document needs no more. */
const allowed = new Set(['p', 'br', 'b', 'strong', 'i', 'em', 'u', 'sub', 'sup', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'hr', 'span', 'div']);
const empty = new Set(['br', 'hr']);
/** Their content is no text for people. */
const silent = new Set(['script', 'style', 'template', 'iframe', 'object', 'noscript', 'title', 'svg', 'math', 'textarea', 'select', 'xmp', 'noembed', 'noframes', 'plaintext']);
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', mdash: '—', ndash: '–', laquo: '«', raquo: '»', deg: '°', hellip: '…' };

/**
 * Writes narrative anew from an allow-list: elements without any attribute but colspan and rowspan, all text escaped, all tags closed.
 * Nothing of the input is copied as markup, so nothing in it can run or load.
 */
export function cleanNarrative(xhtml: string): string {
  if (typeof xhtml !== 'string') return '';
  const open: string[] = [];
  let out = '';
  let mute = '';
  for (const [token, comment, closing, rawName, attributes] of xhtml.matchAll(/(<!--[\s\S]*?(?:-->|$)|<[!?][^>]*(?:>|$))|<(\/?)([A-Za-z][A-Za-z0-9:-]*)((?:"[^"]*"|'[^']*'|[^"'>])*)(?:>|$)|[^<]+|</g)) {
    if (comment !== undefined) continue;
    if (rawName === undefined) {
      if (!mute) out += escapeHtml(decode(token));
      continue;
    }
    const name = rawName.toLowerCase();
    if (mute) {
      if (closing && name === mute) mute = '';
      continue;
    }
    if (silent.has(name)) {
      if (!closing && !attributes?.trimEnd().endsWith('/')) mute = name;
      continue;
    }
    if (!allowed.has(name)) continue;
    if (closing) {
      const at = open.lastIndexOf(name);
      if (at >= 0) out += open.splice(at).reverse().map((each) => `</${each}>`).join('');
    } else if (empty.has(name)) out += `<${name}/>`;
    else {
      out += `<${name}${spans(attributes ?? '')}>`;
      if (attributes?.trimEnd().endsWith('/')) out += `</${name}>`;
      else open.push(name);
    }
  }
  return out + open.reverse().map((each) => `</${each}>`).join('');
}

function spans(attributes: string): string {
  return [...attributes.matchAll(/\b(colspan|rowspan)\s*=\s*["']?(\d{1,2})["'\s]?/gi)].map(([, name, value]) => ` ${name!.toLowerCase()}="${value}"`).join('');
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name) return named[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex!, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
