import type { DocumentReference, HumanName, Organization, Patient, Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { Author, Clinic, Person } from './contract.ts';

const nbsp = '\u00a0';

/** «Иванова Мария Петровна» */
export function nameOf(names: readonly HumanName[] | undefined): string {
  const name = names?.find((each) => each.use === 'official') ?? names?.[0];
  return [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ') || name?.text || '';
}

export function personOf(patient: Patient): Person {
  const name = patient.name?.find((each) => each.use === 'official') ?? patient.name?.[0];
  const short = [name?.family, ...(name?.given ?? []).map((each) => `${[...each][0] ?? ''}.`)].filter(Boolean).join(nbsp);
  return { id: patient.id!, name: nameOf(patient.name), shortName: short || nameOf(patient.name), birthDate: patient.birthDate ?? '', sex: patient.gender ?? 'unknown' };
}

/** Staff and clinics by reference, as a document names them. */
export interface Names {
  author(document: DocumentReference): Author | undefined;
  person(reference: string | undefined): string | undefined;
  post(reference: string | undefined): string | undefined;
  clinic(reference: string | undefined): Clinic | undefined;
}

/**
 * Reads the names behind references. Karta reads them itself: a patient may know who treated him, though not the doctor's own
 * Practitioner with its identifiers. Nothing but name, post and clinic leaves.
 */
export async function readNames(ctx: Ctx, references: readonly (string | undefined)[]): Promise<Names> {
  const wanted = [...new Set(references.filter((each) => each !== undefined && /^(Practitioner|PractitionerRole|Organization)\//.test(each)))] as string[];
  const found = new Map<string, Resource>();
  const read = async (list: readonly string[]): Promise<void> => {
    for (const stored of list.length > 0 ? await ctx.asSystem().store.readMany(list) : []) found.set(`${stored.type}/${stored.id}`, JSON.parse(stored.content) as Resource);
  };
  await read(wanted);
  const behind = [...found.values()].flatMap((each) => (each.resourceType === 'PractitionerRole' ? [each.practitioner?.reference, each.organization?.reference] : []));
  await read(behind.filter((each) => each !== undefined && !found.has(each)) as string[]);
  const get = <T extends Resource>(reference: string | undefined) => (reference === undefined ? undefined : (found.get(reference) as T | undefined));
  const names: Names = {
    person(reference) {
      if (reference?.startsWith('PractitionerRole/')) return names.person(get<PractitionerRole>(reference)?.practitioner?.reference);
      return nameOf(get<Practitioner>(reference)?.name) || undefined;
    },
    post(reference) {
      const role = get<PractitionerRole>(reference);
      return role?.code?.[0]?.text ?? role?.code?.[0]?.coding?.[0]?.display ?? role?.specialty?.[0]?.text;
    },
    clinic(reference) {
      const organization = reference?.startsWith('PractitionerRole/') ? get<Organization>(get<PractitionerRole>(reference)?.organization?.reference) : get<Organization>(reference);
      if (!organization) return undefined;
      const phone = organization.telecom?.find((each) => each.system === 'phone')?.value;
      const [address] = organization.address ?? [];
      const where = address?.text ?? [address?.city, ...(address?.line ?? [])].filter(Boolean).join(', ');
      return { id: organization.id!, name: organization.name ?? '', ...(phone ? { phone } : {}), ...(where ? { address: where } : {}) };
    },
    author(document) {
      const references = document.author?.map((each) => each.reference) ?? [];
      const reference = document.authenticator?.reference ?? references.find((each) => each?.startsWith('Practitioner/'));
      const name = names.person(reference) ?? document.author?.[0]?.display;
      const post = names.post(references.find((each) => each?.startsWith('PractitionerRole/')));
      return name ? { reference: reference ?? '', name, ...(post ? { post } : {}) } : undefined;
    },
  };
  return names;
}

/** References of a document whose names a page shows. */
export function referencesIn(document: DocumentReference): (string | undefined)[] {
  return [...(document.author ?? []).map((each) => each.reference), document.authenticator?.reference, document.custodian?.reference];
}
