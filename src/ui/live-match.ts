/** What the live stream says: which resource changed, never its content. */
export interface LiveChange {
  type: string;
  id: string;
  /** Ids of the patients whose card it belongs to, without `Patient/`. */
  patients?: readonly string[];
}

/** What a read says of itself, so that changes find it. */
export interface ReadMeta {
  /** FHIR types that its answer is made of. */
  types?: readonly string[];
  /** Id of the one patient whose card it shows; without it every patient's changes touch it. */
  patient?: string;
}

/** Whether a change makes a read old. A read without types is touched when the id stands in its path. */
export function touches(change: LiveChange, path: string, { types, patient }: ReadMeta): boolean {
  const named = path.split(/[/?&=]/).includes(change.id);
  if (!types) return named;
  if (!types.includes(change.type)) return named;
  return !patient || !change.patients?.length || change.patients.includes(patient) || (change.type === 'Patient' && change.id === patient);
}

/** Reads a message of the stream: one change, several, or `{ reload: true }`; undefined in the answer means "all is old". */
export function readLiveMessage(data: string): readonly LiveChange[] | undefined {
  const said: unknown = JSON.parse(data);
  const list = Array.isArray(said) ? said : said && typeof said === 'object' && 'changes' in said && Array.isArray(said.changes) ? said.changes : [said];
  const changes: LiveChange[] = [];
  for (const each of list) {
    if (!each || typeof each !== 'object' || !('type' in each) || !('id' in each)) return undefined;
    const { type, id, patients, patient } = each as { type: unknown; id: unknown; patients?: unknown; patient?: unknown };
    const of = Array.isArray(patients) ? patients : typeof patient === 'string' ? [patient] : [];
    changes.push({ type: String(type), id: String(id), patients: of.map((one) => String(one).replace(/^Patient\//, '')) });
  }
  return changes;
}
