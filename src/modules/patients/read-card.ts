import type { Coverage, RelatedPerson } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { CardAnswer } from './contract.ts';
import { asPatient, identifierOf, linksOf, personAnswer, systems } from './person.ts';
import { readTitlePage } from './title-page.ts';

const parsed = <T>(list: readonly { content: string }[]): T[] => list.map(({ content }) => JSON.parse(content) as T);

/** The title page of a person, with the cards that were merged into it. */
export async function readCard(ctx: Ctx, id: string): Promise<CardAnswer> {
  const stored = await ctx.store.read('Patient', id);
  const patient = asPatient(stored);
  const links = linksOf(patient);
  const clinic = patient.managingOrganization?.reference;
  const [{ coverages, relatives }, [organization], linked, first] = await Promise.all([
    readPageParts(ctx, id),
    ctx.store.readMany(clinic ? [clinic] : []),
    ctx.store.readMany([...links.replacedBy, ...links.replaces].map((other) => `Patient/${other}`)),
    stored.version === 1 ? stored : ctx.store.vread('Patient', id, 1).catch(() => undefined),
  ]);
  const others = new Map(linked.map((one) => [one.id, asPatient(one)]));
  const answer = (other: string) => {
    const found = others.get(other);
    if (!found) return [];
    const at = patient.link?.find((link) => link.other.reference === `Patient/${other}`)?.extension?.find(({ url }) => url === 'urn:karta:merged-at')?.valueDateTime;
    return [{ ...personAnswer(found), card: identifierOf(found, systems.card), at }];
  };
  return {
    ...personAnswer(patient),
    version: stored.version,
    card: identifierOf(patient, systems.card),
    page: readTitlePage(patient, coverages, relatives),
    clinic: organization && (JSON.parse(organization.content) as { name?: string }).name,
    opened: first?.updated,
    active: patient.active !== false,
    merged: links.replaces.flatMap(answer),
    mergedInto: links.replacedBy.flatMap(answer)[0],
  };
}

export async function readPageParts(ctx: Ctx, id: string): Promise<{ coverages: (Coverage & { id: string })[]; relatives: (RelatedPerson & { id: string })[] }> {
  const [coverages, relatives] = await Promise.all([ctx.store.search('Coverage', `patient=Patient/${id}&_count=20`), ctx.store.search('RelatedPerson', `patient=Patient/${id}&_count=20`)]);
  return { coverages: parsed(coverages.matches), relatives: parsed(relatives.matches) };
}
