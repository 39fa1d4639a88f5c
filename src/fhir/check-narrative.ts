import { isEntity } from './xml/narrative.ts';

/**
 * What a narrative may hold (http://hl7.org/fhir/R4/narrative.html#xhtml): the formatting elements of chapters 7 to 11 (without 9.4) and 15 of
 * HTML 4.0, `a` and `img`, and inside the div no script, form, frame, event or link to a style sheet.
 */
const elements = new Set(
  ('div p br hr h1 h2 h3 h4 h5 h6 span a img b i u s strike tt big small em strong dfn q code samp kbd var cite abbr acronym sub sup blockquote address pre bdo font center ' +
    'ul ol li dl dt dd dir menu table caption colgroup col thead tfoot tbody tr th td del ins style map area').split(' '),
);

const attributes = new Set(
  ('title style class id lang xml:lang xml:space xmlns dir accesskey tabindex span width align valign char charoff abbr axis headers scope rowspan colspan border cellspacing cellpadding summary frame rules ' +
    'href name src alt longdesc height usemap ismap hspace vspace type start value compact cite datetime size color face noshade nowrap bgcolor shape coords clear rel rev target nohref').split(' '),
);

const token = /<!--[^]*?-->|<(\/?)([A-Za-z][A-Za-z0-9:]*)((?:\s+[A-Za-z_:][A-Za-z0-9:._-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|[<&]/g;
const attribute = /([A-Za-z_:][A-Za-z0-9:._-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

const wrongNamespace = /(?:^|\s)xmlns\s*=\s*(["'])(?!http:\/\/www\.w3\.org\/1999\/xhtml\1)/;

export type NarrativeFault = { rule: 'txt-1' | 'txt-2'; en: string; ru: string };

/** The first thing that breaks txt-1 or txt-2 in the text of `Narrative.div`; undefined where nothing does. Reads the text once. */
export function narrativeFault(div: string): NarrativeFault | undefined {
  const open: string[] = [];
  let image = false;
  let begun = false;
  for (const found of div.matchAll(token)) {
    const [all, close, name, given, alone] = found;
    if (name === undefined) {
      const entity = /^&([A-Za-z]\w*);$/.exec(all)?.[1];
      if (entity !== undefined && !isEntity(entity)) return { rule: 'txt-1', en: `names a character that HTML does not know: ${all.slice(0, 20)}`, ru: `называет символ, которого нет в HTML: ${all.slice(0, 20)}` };
      if (all === '<' || all === '&') return { rule: 'txt-1', en: `is not well-formed at “${shownAt(div, found.index)}”`, ru: `не является правильным XHTML возле «${shownAt(div, found.index)}»` };
      continue;
    }
    if (close) {
      if (open.pop() !== name) return { rule: 'txt-1', en: `closes <${name}> where another element is open`, ru: `закрывает <${name}>, когда открыт другой элемент` };
      continue;
    }
    if (open.length === 0 && begun) return { rule: 'txt-1', en: 'must be one <div>, with nothing beside it', ru: 'должен быть одним <div>, рядом с которым ничего нет' };
    if (!begun && wrongNamespace.test(given ?? '')) return { rule: 'txt-1', en: 'must be in the namespace http://www.w3.org/1999/xhtml', ru: 'должен быть в пространстве имён http://www.w3.org/1999/xhtml' };
    begun = true;
    if (!elements.has(name)) return { rule: 'txt-1', en: `may not contain <${name}>`, ru: `не может содержать <${name}>` };
    if (name === 'img') image = true;
    const wrong = given ? wrongAttribute(given) : undefined;
    if (wrong) return { rule: 'txt-1', en: `may not have ${wrong} on <${name}>`, ru: `не может иметь ${wrong} у <${name}>` };
    if (!alone) open.push(name);
  }
  if (open.length > 0) return { rule: 'txt-1', en: `does not close <${open.at(-1)}>`, ru: `не закрывает <${open.at(-1)}>` };
  const words = div.replace(token, (part) => (part.startsWith('&') ? (/^&(?:nbsp|#160|#xA0);$/i.test(part) ? '' : 'x') : ''));
  return image || /[^\s\u00a0]/.test(words) ? undefined : { rule: 'txt-2', en: 'must have some content that can be read', ru: 'должен содержать текст, который можно прочесть' };
}

function wrongAttribute(given: string): string | undefined {
  for (const [, name, double, single] of given.matchAll(attribute)) {
    if (!attributes.has(name!) && !name!.startsWith('xmlns:')) return name;
    if ((name === 'href' || name === 'src') && /^\s*(?:javascript|vbscript|data:text)/i.test(double ?? single ?? '')) return `${name}="${(double ?? single ?? '').trim().slice(0, 12)}…"`;
  }
  return undefined;
}

function shownAt(text: string, at: number): string {
  return text.slice(at, at + 20).replace(/\s+/g, ' ');
}
