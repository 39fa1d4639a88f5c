import { Problem } from '../kernel/problem.ts';
import type { Base, Call, Interaction } from './call.ts';
import { create } from './create.ts';
import { deleteByCondition, deleteResource } from './delete.ts';
import { history } from './history.ts';
import { operate } from './operate.ts';
import { patch, patchByCondition } from './patch.ts';
import { read } from './read.ts';
import { isCompartment, search, searchCompartment, searchSystem } from './search.ts';
import { update, updateByCondition } from './update.ts';
import { vread } from './vread.ts';
import { checkType } from './address.ts';

/** Which interaction a method and a path mean, but for Bundles at the base: http://hl7.org/fhir/R4/http.html#summary */
export function route(base: Base, call: Pick<Call, 'method' | 'path' | 'query'>): Interaction {
  const { method, path } = call;
  const last = path.at(-1);
  if (last?.startsWith('$')) return operate(base, method, path);
  if (path.length === 1 && path[0] === '_history' && method === 'GET') return history;
  if ((path.length === 0 && method === 'GET' && call.query !== '') || (path.length === 1 && path[0] === '_search' && method === 'POST')) return searchSystem;
  if (path.length === 0 || path.length > 4 || path[0]!.startsWith('_')) throw unknown(call);
  checkType(path[0]!);
  const found = shapes[path.length]!(method, path);
  if (found) return found;
  const allowed = methods.filter((other) => shapes[path.length]!(other, path));
  throw allowed.length === 0 ? unknown(call) : new Problem('rest.no-such-method', { method, path: `/${path.join('/').slice(0, 120)}`, allowed: allowed.join(', ') });
}

const methods: readonly Call['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const shapes: Record<number, (method: Call['method'], path: readonly string[]) => Interaction | undefined> = {
  1: (method) => ({ GET: search, POST: create, PUT: updateByCondition, DELETE: deleteByCondition, PATCH: patchByCondition })[method],
  2: (method, [, second]) => {
    if (second === '_search') return method === 'POST' || method === 'GET' ? search : undefined;
    if (second === '_history') return method === 'GET' ? history : undefined;
    return ({ GET: read, PUT: update, DELETE: deleteResource, POST: undefined, PATCH: patch })[method];
  },
  3: (method, [first, , third]) => {
    if (third === '_history') return method === 'GET' ? history : undefined;
    return isCompartment(first!) && method === (third === '_search' ? 'POST' : 'GET') ? searchCompartment : undefined;
  },
  4: (method, [first, , third, fourth]) => {
    if (third === '_history') return method === 'GET' ? vread : undefined;
    return isCompartment(first!) && fourth === '_search' && method === 'POST' ? searchCompartment : undefined;
  },
};

function unknown({ method, path }: Pick<Call, 'method' | 'path'>): Problem {
  return new Problem('rest.no-such-address', { method, path: `/${path.join('/').slice(0, 120)}` });
}
