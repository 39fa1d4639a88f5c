import type { Bundle, Resource } from '@medplum/fhirtypes';
import { rewriteReferences, validateResource } from '../../fhir/index.ts';
import { newId } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import { decodeText, entryTexts, parseResource, planTransaction, readEntries, type Searcher } from '../../rest/index.ts';
import type { WriteOperation } from '../../store/types.ts';
import { bytesOf, linesOf, type SourceFile } from './read-file.ts';

/** What is written together or not at all: a resource, or a Bundle. */
export interface Unit {
  /** Line of the file at which it begins. */
  line: number;
  /** Refusals name an entry of the Bundle by its number; this is its line. */
  lineOfEntry?: (index: number) => number;
  operations: () => Promise<WriteOperation[]>;
}

/** The units of a JSON or NDJSON file, in order. */
export async function* unitsOf(file: SourceFile, ctx: Searcher, heard?: (bytes: number) => void): AsyncGenerator<Unit> {
  if (file.kind === 'ndjson') {
    let line = 0;
    for await (const text of linesOf(file, heard)) {
      line++;
      if (text.trim() !== '') yield unitOf(text, line, ctx);
    }
    return;
  }
  const text = decodeText(await bytesOf(file, heard));
  if (text.trimStart().startsWith('[')) {
    for (const [index, resource] of (JSON.parse(text) as unknown[]).entries()) yield unitOf(JSON.stringify(resource), index + 1, ctx);
    return;
  }
  yield unitOf(text, 1, ctx);
}

/** One line, or one file, of JSON. */
export function unitOf(text: string, line: number, ctx: Searcher): Unit {
  return {
    line,
    lineOfEntry: (index) => line + lineOfEntry(text, index),
    operations: async () => operationsOf(parseResource(text), text, ctx),
  };
}

/** Lines from the beginning of a Bundle's text to its entry. */
function lineOfEntry(text: string, index: number): number {
  let at = 0;
  for (const entry of entryTexts(text).slice(0, index + 1)) if (entry !== undefined) at = text.indexOf(entry, at + 1);
  return text.slice(0, at).split('\n').length - 1;
}

async function operationsOf(resource: Resource, text: string, ctx: Searcher): Promise<WriteOperation[]> {
  if (resource.resourceType !== 'Bundle') return [createOf(resource, text)];
  const bundle = resource;
  if (bundle.type === 'transaction' || bundle.type === 'batch') {
    const entries = readEntries(bundle, { url: '', prefer: undefined, texts: entryTexts(text) }, Infinity);
    const { changes } = await planTransaction({ url: '', operations: [] }, ctx, entries, { unresolved: 'allow' });
    return changes.map(({ operation }) => operation);
  }
  if (bundle.type === 'collection' || bundle.type === 'searchset') return collectionOf(bundle);
  return [createOf(resource, text)]; // a document or a message is one resource and stays whole
}

/** A resource keeps the id that it brings; one that is taken refuses it, nothing is written over. */
function createOf(resource: Resource, text: string): WriteOperation {
  return { method: 'create', resource, text, ...(resource.id === undefined ? {} : { keepId: true }) };
}

function collectionOf(bundle: Bundle): WriteOperation[] {
  const entries = (bundle.entry ?? []).flatMap(({ fullUrl, resource }) => (resource ? [{ fullUrl, resource: { ...resource, id: resource.id ?? newId() } }] : []));
  const targets = new Map(entries.flatMap(({ fullUrl, resource }) => (fullUrl ? [[fullUrl, `${resource.resourceType}/${resource.id}`]] : [])));
  return entries.map(({ resource }, index) => {
    const issues = validateResource(resource).filter(({ severity }) => severity === 'error');
    if (issues.length > 0) throw new Problem('store.invalid', {}, issues.map((issue) => ({ ...issue, expression: issue.expression.replace(/^[A-Za-z]+/, `Bundle.entry[${index}].resource`) })));
    rewriteReferences(resource, (reference) => targets.get(reference));
    return { method: 'create', resource, keepId: true };
  });
}
