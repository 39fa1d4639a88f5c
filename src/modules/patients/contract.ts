import { z } from 'zod';

/** What the desk sends and gets: one schema for the server and the screens. */

const words = (most: number) => z.string().trim().min(1).max(most);
export const isoDay = z.iso.date();
export const resourceId = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);

export const address = z.strictObject({
  region: words(120).optional(),
  district: words(120).optional(),
  /** Town or village with its kind: «село Берёзовка». */
  city: words(120).optional(),
  /** Street, house, building, flat, as people say it. */
  line: words(200).optional(),
  postalCode: words(12).optional(),
  locality: z.enum(['urban', 'rural']).optional(),
});
export type Address = z.output<typeof address>;

export const maritalStates = ['married', 'single', 'divorced', 'widowed', 'unknown'] as const;
/** Form 025/у, point 14. */
export const educations = ['higher', 'vocational', 'secondary', 'basic', 'primary', 'none', 'unknown'] as const;
/** Form 025/у, point 15. */
export const employments = ['works', 'military', 'retired', 'student', 'unemployed', 'child', 'other'] as const;
export const documentKinds = ['passport', 'birth-certificate', 'foreign-passport', 'temporary-id', 'military-id', 'residence-permit', 'other'] as const;
export const relationKinds = ['mother', 'father', 'guardian', 'trustee', 'spouse', 'child', 'proxy', 'other'] as const;
export const policyKinds = ['enp', 'temporary', 'old', 'newborn'] as const;
export const phoneKinds = ['mobile', 'home', 'work'] as const;
export const bloodGroups = ['O', 'A', 'B', 'AB'] as const;

export const representative = z.strictObject({
  id: resourceId.optional(),
  family: words(120),
  given: words(120).optional(),
  patronymic: words(120).optional(),
  relation: z.enum(relationKinds),
  phone: words(40).optional(),
});
export type Representative = z.output<typeof representative>;

/** The title page of form 025/у. Identifiers are bare digits; what nobody said is absent. */
export const titlePage = z.strictObject({
  family: words(120),
  given: words(120).optional(),
  patronymic: words(120).optional(),
  sex: z.enum(['male', 'female']),
  birthDate: isoDay,
  registered: address.optional(),
  living: address.optional(),
  phones: z.array(z.strictObject({ number: words(40), kind: z.enum(phoneKinds) })).max(5).default([]),
  email: z.email().max(200).optional(),
  snils: words(20).optional(),
  policy: z.strictObject({ kind: z.enum(policyKinds), number: words(60), insurer: words(200).optional(), from: isoDay.optional() }).optional(),
  benefit: z.strictObject({ code: words(10), text: words(200).optional() }).optional(),
  document: z.strictObject({ kind: z.enum(documentKinds), series: words(20).optional(), number: words(40), issuedBy: words(300).optional(), issued: isoDay.optional() }).optional(),
  marital: z.enum(maritalStates).optional(),
  education: z.enum(educations).optional(),
  employment: z.enum(employments).optional(),
  workplace: words(300).optional(),
  post: words(200).optional(),
  disability: z.strictObject({ group: z.enum(['1', '2', '3', 'child']), order: z.enum(['first', 'repeated']).optional(), since: isoDay.optional() }).optional(),
  blood: z.strictObject({ group: z.enum(bloodGroups), rhesus: z.enum(['positive', 'negative']).optional() }).optional(),
  representatives: z.array(representative).max(4).default([]),
  /** Attached to the clinic of the desk. */
  attachment: z.strictObject({ doctor: z.string().regex(/^PractitionerRole\/[A-Za-z0-9\-.]{1,64}$/).optional(), district: words(20).optional() }).optional(),
});
export type TitlePage = z.output<typeof titlePage>;

/** What is typed so far: no field is needed. */
export const partialPage = titlePage.partial();
export type PartialPage = z.output<typeof partialPage>;

export const findInput = z.strictObject({ text: z.string().max(400) });
export const openInput = z.strictObject({
  page: titlePage,
  /** Cards that were shown as likely doubles and are other people. */
  others: z.array(resourceId).max(20).default([]),
  newborn: z.strictObject({ mother: resourceId, ordinal: z.number().int().min(1).max(9).optional() }).optional(),
});
export type OpenInput = z.output<typeof openInput>;
export const changeInput = z.strictObject({ page: titlePage, version: z.number().int().min(1) });
export type ChangeInput = z.output<typeof changeInput>;
export const mergeInput = z.strictObject({ duplicate: resourceId });

export const consentKinds = ['treatment', 'data', 'treatment-refusal', 'vaccination-refusal', 'examination-refusal', 'disclosure', 'remote'] as const;
export type ConsentKind = (typeof consentKinds)[number];
export const consentInput = z.strictObject({
  kind: z.enum(consentKinds),
  date: isoDay,
  /** RelatedPerson who signed; the person himself where absent. */
  representative: resourceId.optional(),
  /** What exactly is refused or to whom it may be told. */
  note: words(500).optional(),
});
export type ConsentInput = z.output<typeof consentInput>;
export const withdrawInput = z.strictObject({ date: isoDay });

export const scanTypes = ['image/jpeg', 'image/png', 'application/pdf'] as const;
export const scanInput = z.strictObject({
  title: words(200),
  /** Day of the paper itself. */
  date: isoDay,
  /** Where it comes from: «Городская больница № 1». */
  origin: words(200),
  /** In reading order: SHA-256 (hex) of each page as it was sent before. */
  pages: z.array(z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), mediaType: z.enum(scanTypes), size: z.number().int().min(1) })).min(1).max(100),
});
export type ScanInput = z.output<typeof scanInput>;

export const registerInput = z.strictObject({ enp: words(20).optional(), snils: words(20).optional(), family: words(120).optional(), given: words(120).optional(), birthDate: isoDay.optional() });

/** A person as every list shows him. */
export interface PersonAnswer {
  id: string;
  name: string;
  shortName: string;
  birthDate: string | undefined;
  sex: string | undefined;
}

/** What of a person fits what was typed. */
export type MatchKind = 'name' | 'name-near' | 'birthDate' | 'year' | 'phone' | 'snils' | 'enp' | 'card';

export interface FoundPerson extends PersonAnswer {
  card: string | undefined;
  district: string | undefined;
  clinic: string | undefined;
  address: string | undefined;
  matched: MatchKind[];
  /** Found by a card that was merged into this one. */
  through: string | undefined;
}

export interface DoubleAnswer extends PersonAnswer {
  card: string | undefined;
  address: string | undefined;
  /** 0 to 100. */
  score: number;
  /** The same number: no other card with it may be opened. */
  same: boolean;
  /** In words of the caller's language. */
  reasons: string[];
}

export interface CardAnswer extends PersonAnswer {
  version: number;
  card: string | undefined;
  page: TitlePage;
  clinic: string | undefined;
  opened: string | undefined;
  active: boolean;
  /** Cards merged into this one. */
  merged: (PersonAnswer & { card: string | undefined; at: string | undefined })[];
  /** The card that this one was merged into. */
  mergedInto: (PersonAnswer & { card: string | undefined }) | undefined;
}

export interface ConsentAnswer {
  id: string;
  kind: ConsentKind | undefined;
  text: string;
  law: string | undefined;
  refusal: boolean;
  date: string | undefined;
  by: string | undefined;
  note: string | undefined;
  withdrawn: string | undefined;
}

export interface ScanAnswer {
  id: string;
  title: string;
  date: string | undefined;
  origin: string | undefined;
  added: string | undefined;
  pages: { mediaType: string; size: number; sha256: string; path: string }[];
}

export const assignInput = z.strictObject({
  reference: z.string().regex(/^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9\-.]{1,64}$/),
  version: z.number().int().min(1),
  /** The card that it belongs to; the same one: it stays. */
  to: resourceId,
  /** Takes a word back: the entry goes to `to` and is to be assigned again. */
  undo: z.boolean().default(false),
});
export type AssignInput = z.output<typeof assignInput>;

/** What was written while two cards were merged: types and dates alone, for a person to assign. */
export interface WrittenSince {
  type: string;
  id: string;
  version: number;
  updated: string;
  card: string;
  /** The card that it was merged with. */
  other: string;
  /** Stays whatever the desk says: signed, or part of a visit. A correction by the doctor is the way. */
  fixed: 'document' | 'visit' | undefined;
}

export interface InsuredPerson {
  enp: string;
  snils?: string | undefined;
  family: string;
  given: string;
  patronymic?: string | undefined;
  sex: 'male' | 'female';
  birthDate: string;
  insurer: string;
  since?: string | undefined;
  region?: string | undefined;
  city?: string | undefined;
  line?: string | undefined;
  rural: boolean;
}

export interface RegisterAnswer {
  person: InsuredPerson;
  /** His card here, where there is one. */
  card: PersonAnswer | undefined;
}
