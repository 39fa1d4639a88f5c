import { kindOf, model } from '../model.ts';
import { parsePath, type Path } from '../parse-path.ts';
import { focusOf, gather, outside, sameType, testOf, type Branch, type Environment, type Known, type Test } from './branch.ts';
import { callFunction } from './functions.ts';
import { accessorsOf, follow, Node, readMember, resourceNode, valueOf, type Accessor, type Item } from './items.ts';
import { isType, ofType } from './kinds.ts';
import { compareBranches } from './operators.ts';

/** Compiles an expression asked of a value of the type; throws on what lies outside the subset or names an element that does not exist. */
export function compileExpression(expression: string, type: string, resource: string): (item: Item, environment: Environment) => Item[] {
  return gather(compile(parsePath(expression), focusOf(type), knownOf(expression, type, resource)));
}

/** The same for an expression that answers true or false. */
export function compileTest(expression: string, type: string, resource: string): Test {
  return testOf(compile(parsePath(expression), focusOf(type), knownOf(expression, type, resource)));
}

function knownOf(expression: string, context: string, resource: string): Known {
  const known: Known = { resource, context, expression, compile: (path, focus) => compile(path, focus, known) };
  return known;
}

function compile(path: Path, focus: readonly Branch[], known: Known): Branch[] {
  switch (path.kind) {
    case 'name':
      if (/^[A-Z]/.test(path.name)) return [...focus];
      return memberOf(focus, path.name, known);
    case 'member':
      return memberOf(compile(path.of, focus, known), path.name, known);
    case 'literal': {
      const value = path.type === 'Quantity' ? { value: path.value, unit: path.unit, code: path.unit } : path.value;
      const type = path.type ?? (typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'decimal') : typeof value);
      return [{ type, run: () => [value] }];
    }
    case 'empty':
      return [];
    case 'variable':
      return [variable(path.name, focus, known)].flat();
    case 'union':
      // equal items of two parts are rare enough to be left to the functions that count them
      return path.parts.flatMap((part) => compile(part, focus, known));
    case 'index': {
      const run = gather(compile(path.of, focus, known));
      const { at } = path;
      return sameType(compile(path.of, focus, known), (item, environment) => run(item, environment).slice(at, at + 1));
    }
    case 'type': {
      const of = compile(path.of, focus, known);
      if (path.operator === 'as') return ofType(of, path.type);
      return [isType(path.of, of, path.type)];
    }
    case 'negative': {
      const run = gather(compile(path.of, focus, known));
      return [{ type: 'decimal', run: (item, environment) => run(item, environment).map((one) => -Number(valueOf(one))) }];
    }
    case 'compare':
      return [compareBranches(path.operator, compile(path.left, focus, known), compile(path.right, focus, known), known)];
    case 'call':
      return callFunction(path, path.of ? compile(path.of, focus, known) : focus, focus, known);
  }
}

function memberOf(branches: readonly Branch[], name: string, known: Known): Branch[] {
  const found = branches.flatMap((branch) => step(branch, name));
  if (found.length === 0 && branches.length > 0 && !branches.some(({ type }) => type === '*')) throw new Error(`${[...new Set(branches.map(({ type }) => type))].join(', ')} has no element ${name}: ${known.expression}`);
  return found;
}

function step(branch: Branch, name: string): Branch[] {
  const { chain, run, type } = branch;
  if (type === '*') return [{ type: '*', run: (item, environment) => run(item, environment).flatMap((one) => memberOfNode(one as Node, name)) }];
  if (kindOf(type) === 'primitive' || !model().types[type]) {
    const accessor = accessorsOf('Element').get(name)?.[0];
    if (!accessor) return [];
    return [{ type: accessor.type, run: (item, environment) => run(item, environment).flatMap((one) => (one instanceof Node && one.beside ? readAll(one.beside, accessor, false) : [])) }];
  }
  return (accessorsOf(type).get(name) ?? []).map((accessor) => {
    if (chain && accessor.type !== undefined) {
      const longer = [...chain, accessor];
      const from = (item: Item, found: Item[] = []) => (follow(item, longer, 0, found), found);
      return { type: accessor.type, chain: longer, run: (item) => from(item) };
    }
    return { type: accessor.type, run: (item, environment) => run(item, environment).flatMap((one) => readAll(valueOf(one), accessor, false)) };
  });
}

function readAll(value: unknown, accessor: Accessor, wrapped: boolean): Item[] {
  const found: Item[] = [];
  readMember(value, accessor, found, wrapped);
  return found;
}

function memberOfNode(node: Node, name: string): Item[] {
  if (kindOf(node.type) === 'primitive') {
    const accessor = accessorsOf('Element').get(name)?.[0];
    return accessor && node.beside ? readAll(node.beside, accessor, true) : [];
  }
  return (accessorsOf(node.type).get(name) ?? []).flatMap((accessor) => readAll(node.value, accessor, true));
}

function variable(name: string, focus: readonly Branch[], known: Known): readonly Branch[] {
  const resource = (type: string, of: (environment: Environment) => unknown): Branch => ({ type, run: (_, environment) => (type === '*' ? [resourceNode(of(environment))] : [of(environment)]) });
  switch (name.replace(/^%/, '')) {
    case '$this':
      return focus;
    case 'resource':
      return [resource(known.resource, (environment) => environment.resource)];
    case 'rootResource':
      return [resource('*', (environment) => environment.rootResource)];
    case 'context':
      return [{ type: known.context, run: (_, environment) => [known.context === '*' ? resourceNode(environment.context) : environment.context] }];
    case 'extension':
      return [{ type: 'Extension', run: (_, environment) => (environment.extension === undefined ? [] : [environment.extension]) }];
    case 'ucum':
      return [{ type: 'string', run: () => ['http://unitsofmeasure.org'] }];
    case 'sct':
      return [{ type: 'string', run: () => ['http://snomed.info/sct'] }];
    case 'loinc':
      return [{ type: 'string', run: () => ['http://loinc.org'] }];
  }
  const url = /^%(vs|ext)-(.+)$/.exec(name);
  if (url) return [{ type: 'string', run: () => [`http://hl7.org/fhir/${url[1] === 'vs' ? 'ValueSet' : 'StructureDefinition'}/${url[2]!}`] }];
  throw outside(known, name);
}
