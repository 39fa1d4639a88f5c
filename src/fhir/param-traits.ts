import { membersOf } from './model.ts';
import { onOwnParams } from './own-params.ts';
import { compilePath, type Way } from './path.ts';
import { searchParams, standardParams } from './search-params.ts';

/** The answers about parameters are kept until one of these is defined anew. */
function remembered(ask: (type: string, name: string) => boolean): (type: string, name: string) => boolean {
  const known = new Map<string, boolean>();
  onOwnParams(() => known.clear());
  return (type, name) => {
    const key = `${type}.${name}`;
    let answer = known.get(key);
    if (answer === undefined) known.set(key, (answer = ask(type, name)));
    return answer;
  };
}

/**
 * Is case ignored for a token parameter? It is where what it reads are plain strings, e.g. mail addresses
 * (http://hl7.org/fhir/R4/search.html#token: “If the underlying datatype is string then the token is not case sensitive”).
 */
export const isCaseless = remembered((type, name) => {
  const param = searchParams(type).get(name);
  return param?.type === 'token' && compilePath(param.expression, type).every((way) => way.type === 'ContactPoint' || way.type === 'string');
});

/** Does a reference parameter read canonicals or plain uris too? These are any text, so that what has no slash need not be an id. */
export const readsCanonicals = remembered((type, name) => {
  const param = searchParams(type).get(name);
  return param?.type === 'reference' && compilePath(param.expression, type).some((way) => way.type === 'canonical' || way.type === 'uri');
});

/** Can a resource have at most one value of a parameter? So it is where each way leads through single elements and the ways are kinds of one choice. */
export function isSingle(type: string, name: string): boolean {
  const param = standardParams(type)?.find((one) => one.name === name);
  if (!param) return false;
  const ways = compilePath(param.expression, type).map((way) => elementsOf(way, type));
  return ways.length > 0 && ways.every((elements) => elements.every(({ many }) => !many)) && new Set(ways.map((elements) => elements.map((element) => element.name).join('.'))).size === 1;
}

function elementsOf({ steps }: Way, root: string): { name: string; many: boolean }[] {
  let type = root;
  return steps.flatMap((step) => {
    const member = step.kind === 'member' ? membersOf(type).get(step.name) : undefined;
    if (!member) return [];
    type = member.type;
    return [{ name: member.element.name, many: member.element.many && !(step.kind === 'member' && step.at !== undefined) }];
  });
}
