/** Tells of a fault: the FHIR issue type, the rule in words that follow the element's path, and the element below, where one is meant. */
export type ReportFault = (code: string, diagnostics: string, below?: string) => void;

/** A rule over several elements of a type. Its object has the right shape or its faults have been reported already; it must not throw on either. */
export type Invariant = (object: Record<string, unknown>, report: ReportFault) => void;

/**
 * The rules by type. This is the place where the remaining invariants of R4 are to stand: `validate.ts` runs whatever is listed for a type,
 * data types and nested elements (`Bundle.entry`) included.
 */
const invariants: Readonly<Record<string, readonly Invariant[]>> = {
  Extension: [extensionHasOne],
  Period: [periodIsForward],
  Bundle: [bundleTotal, bundleDocument, bundleEntries],
  'Bundle.entry': [entryHasContent],
};

const containedRules: readonly Invariant[] = [containedIsFlat];

export function invariantsOf(type: string): readonly Invariant[] {
  return invariants[type] ?? (/^[A-Z][A-Za-z]*$/.test(type) ? containedRules : []);
}

/** ext-1 */
function extensionHasOne(extension: Record<string, unknown>, report: ReportFault): void {
  const nested = extension.extension !== undefined;
  let value = false;
  for (const name in extension) if (name.startsWith('value') || name.startsWith('_value')) value = true;
  if (nested === value) report('invariant', 'must have either a value or extensions of its own (ext-1)');
}

/** per-1, where both ends are written in the same form and can be told apart as text */
function periodIsForward(period: Record<string, unknown>, report: ReportFault): void {
  const { start, end } = period;
  if (typeof start !== 'string' || typeof end !== 'string') return;
  const length = Math.min(start.length, end.length, 10);
  const [from, to] = start.length > 10 && end.length > 10 ? [Date.parse(start), Date.parse(end)] : [start.slice(0, length), end.slice(0, length)];
  if (from > to) report('invariant', 'must not end before it starts (per-1)');
}

/** dom-2, dom-4: contained resources hold no resources and no version of their own */
function containedIsFlat(resource: Record<string, unknown>, report: ReportFault): void {
  if (!Array.isArray(resource.contained)) return;
  resource.contained.forEach((inner: unknown, index) => {
    if (typeof inner !== 'object' || inner === null) return;
    const { contained, meta, id } = inner as { contained?: unknown; id?: unknown; meta?: { versionId?: unknown; lastUpdated?: unknown } };
    if (contained !== undefined) report('invariant', 'must not contain further resources (dom-2)', `contained[${index}]`);
    if (meta?.versionId !== undefined || meta?.lastUpdated !== undefined) report('invariant', 'must have no version of its own (dom-4)', `contained[${index}].meta`);
    if (id === undefined) report('required', 'is required in a contained resource and is missing', `contained[${index}].id`);
  });
}

interface Entry {
  fullUrl?: unknown;
  resource?: { resourceType?: unknown; meta?: { versionId?: unknown } };
  request?: unknown;
  response?: unknown;
}

function entriesOf(bundle: Record<string, unknown>): Entry[] {
  return Array.isArray(bundle.entry) ? bundle.entry.filter((entry): entry is Entry => typeof entry === 'object' && entry !== null) : [];
}

/** bdl-1 */
function bundleTotal(bundle: Record<string, unknown>, report: ReportFault): void {
  if (bundle.total !== undefined && bundle.type !== 'searchset' && bundle.type !== 'history') report('invariant', 'is only for a searchset or a history (bdl-1)', 'total');
}

/** bdl-9 to bdl-12 */
function bundleDocument(bundle: Record<string, unknown>, report: ReportFault): void {
  const first = entriesOf(bundle)[0]?.resource?.resourceType;
  if (bundle.type === 'message' && first !== 'MessageHeader') report('invariant', 'must be a MessageHeader in a message (bdl-12)', 'entry[0].resource');
  if (bundle.type !== 'document') return;
  const { identifier } = bundle as { identifier?: { system?: unknown; value?: unknown } };
  if (!identifier?.system || !identifier.value) report('invariant', 'with system and value is required in a document (bdl-9)', 'identifier');
  if (bundle.timestamp === undefined) report('invariant', 'is required in a document (bdl-10)', 'timestamp');
  if (first !== 'Composition') report('invariant', 'must be a Composition in a document (bdl-11)', 'entry[0].resource');
}

/** bdl-3, bdl-4, bdl-7 */
function bundleEntries(bundle: Record<string, unknown>, report: ReportFault): void {
  const asks = bundle.type === 'batch' || bundle.type === 'transaction';
  const answers = bundle.type === 'batch-response' || bundle.type === 'transaction-response';
  const seen = new Set<string>();
  entriesOf(bundle).forEach((entry, index) => {
    if (asks && entry.request === undefined) report('invariant', `is required in a ${String(bundle.type)} (bdl-3)`, `entry[${index}].request`);
    if (!asks && bundle.type !== 'history' && entry.request !== undefined) report('invariant', 'is only for a batch, a transaction or a history (bdl-3)', `entry[${index}].request`);
    if (answers && entry.response === undefined) report('invariant', `is required in a ${String(bundle.type)} (bdl-4)`, `entry[${index}].response`);
    if (typeof entry.fullUrl !== 'string' || bundle.type === 'history') return;
    if (entry.fullUrl.includes('/_history/')) report('invariant', 'must not name a version (bdl-8)', `entry[${index}].fullUrl`);
    const key = `${entry.fullUrl} ${JSON.stringify(entry.resource?.meta?.versionId)}`;
    if (seen.has(key)) report('invariant', 'stands twice in the Bundle (bdl-7)', `entry[${index}].fullUrl`);
    seen.add(key);
  });
}

/** bdl-5 */
function entryHasContent(entry: Record<string, unknown>, report: ReportFault): void {
  if (entry.resource === undefined && entry.request === undefined && entry.response === undefined) report('invariant', 'must have a resource, a request or a response (bdl-5)');
}
