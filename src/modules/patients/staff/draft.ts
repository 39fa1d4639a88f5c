import type { Address, InsuredPerson, PartialPage, TitlePage } from '../contract.ts';
import { checkSnils } from '../rules.ts';

/** The title page while it is typed: every field a text that may be empty. Pure. */

export type AddressDraft = Record<'region' | 'district' | 'city' | 'line' | 'postalCode' | 'locality', string>;
export interface RelativeDraft {
  id?: string;
  family: string;
  given: string;
  patronymic: string;
  relation: string;
  phone: string;
}

export interface Draft {
  family: string;
  given: string;
  patronymic: string;
  sex: string;
  birthDate: string;
  snils: string;
  policyKind: string;
  policyNumber: string;
  insurer: string;
  policyFrom: string;
  benefit: string;
  documentKind: string;
  documentSeries: string;
  documentNumber: string;
  documentBy: string;
  documentIssued: string;
  registered: AddressDraft;
  elsewhere: boolean;
  living: AddressDraft;
  phones: { number: string; kind: string }[];
  email: string;
  relatives: RelativeDraft[];
  marital: string;
  education: string;
  employment: string;
  workplace: string;
  post: string;
  disability: string;
  disabilityOrder: string;
  disabilitySince: string;
  blood: string;
  rhesus: string;
  attached: boolean;
  doctor: string;
  district: string;
}

const noAddress: AddressDraft = { region: '', district: '', city: '', line: '', postalCode: '', locality: '' };
export const noRelative: RelativeDraft = { family: '', given: '', patronymic: '', relation: 'mother', phone: '' };

export const emptyDraft: Draft = {
  family: '', given: '', patronymic: '', sex: '', birthDate: '', snils: '', policyKind: 'enp', policyNumber: '', insurer: '', policyFrom: '', benefit: '',
  documentKind: 'passport', documentSeries: '', documentNumber: '', documentBy: '', documentIssued: '', registered: noAddress, elsewhere: false, living: noAddress,
  phones: [{ number: '', kind: 'mobile' }], email: '', relatives: [], marital: '', education: '', employment: '', workplace: '', post: '', disability: '', disabilityOrder: '',
  disabilitySince: '', blood: '', rhesus: '', attached: false, doctor: '', district: '',
};

export function draftOf(page: TitlePage): Draft {
  const { policy, document, disability, blood, attachment } = page;
  return {
    ...emptyDraft,
    family: page.family, given: page.given ?? '', patronymic: page.patronymic ?? '', sex: page.sex, birthDate: page.birthDate, snils: page.snils ?? '',
    policyKind: policy?.kind ?? 'enp', policyNumber: policy?.number ?? '', insurer: policy?.insurer ?? '', policyFrom: policy?.from ?? '', benefit: page.benefit?.code ?? '',
    documentKind: document?.kind ?? 'passport', documentSeries: document?.series ?? '', documentNumber: document?.number ?? '', documentBy: document?.issuedBy ?? '', documentIssued: document?.issued ?? '',
    registered: { ...noAddress, ...page.registered }, elsewhere: page.living !== undefined, living: { ...noAddress, ...page.living },
    phones: page.phones.length > 0 ? page.phones.map(({ number, kind }) => ({ number, kind })) : emptyDraft.phones, email: page.email ?? '',
    relatives: page.representatives.map((one) => ({ ...(one.id ? { id: one.id } : {}), family: one.family, given: one.given ?? '', patronymic: one.patronymic ?? '', relation: one.relation, phone: one.phone ?? '' })),
    marital: page.marital ?? '', education: page.education ?? '', employment: page.employment ?? '', workplace: page.workplace ?? '', post: page.post ?? '',
    disability: disability?.group ?? '', disabilityOrder: disability?.order ?? '', disabilitySince: disability?.since ?? '', blood: blood?.group ?? '', rhesus: blood?.rhesus ?? '',
    attached: attachment !== undefined, doctor: attachment?.doctor ?? '', district: attachment?.district ?? '',
  };
}

/** What the draft says so far, without what is empty or half said. */
export function pageOf(draft: Draft): PartialPage {
  const d = (date: string) => (date.length === 10 ? date : undefined);
  const t = (text: string) => text.trim() || undefined;
  const page = {
    family: t(draft.family), given: t(draft.given), patronymic: t(draft.patronymic), sex: t(draft.sex), birthDate: d(draft.birthDate), snils: t(draft.snils),
    policy: t(draft.policyNumber) && { kind: draft.policyKind, number: draft.policyNumber.trim(), insurer: t(draft.insurer), from: d(draft.policyFrom) },
    benefit: t(draft.benefit) && { code: draft.benefit },
    document: t(draft.documentNumber) && { kind: draft.documentKind, series: t(draft.documentSeries), number: draft.documentNumber.trim(), issuedBy: t(draft.documentBy), issued: d(draft.documentIssued) },
    registered: addressOf(draft.registered), living: draft.elsewhere ? addressOf(draft.living) : undefined,
    phones: draft.phones.filter(({ number }) => number.trim()).map(({ number, kind }) => ({ number: number.trim(), kind })), email: t(draft.email),
    representatives: draft.relatives.filter(({ family }) => family.trim()).map((one) => ({ id: one.id, family: one.family.trim(), given: t(one.given), patronymic: t(one.patronymic), relation: one.relation, phone: t(one.phone) })),
    marital: t(draft.marital), education: t(draft.education), employment: t(draft.employment), workplace: t(draft.workplace), post: t(draft.post),
    disability: t(draft.disability) && { group: draft.disability, order: t(draft.disabilityOrder), since: d(draft.disabilitySince) },
    blood: t(draft.blood) && { group: draft.blood, rhesus: t(draft.rhesus) },
    attachment: draft.attached ? { doctor: t(draft.doctor), district: t(draft.district) } : undefined,
  };
  return JSON.parse(JSON.stringify(page)) as PartialPage;
}

function addressOf(draft: AddressDraft): Address | undefined {
  const said = Object.entries(draft).filter(([, value]) => typeof value === 'string' && value.trim());
  return said.some(([key]) => key !== 'locality') ? (Object.fromEntries(said.map(([key, value]) => [key, value.trim()]))) : undefined;
}

/** A hit of the register fills what it knows; what was typed beside stays. */
export function fillFrom(draft: Draft, person: InsuredPerson): Draft {
  return {
    ...draft,
    family: person.family, given: person.given, patronymic: person.patronymic ?? '', sex: person.sex, birthDate: person.birthDate, snils: person.snils ?? draft.snils,
    policyKind: 'enp', policyNumber: person.enp, insurer: person.insurer, policyFrom: person.since ?? draft.policyFrom,
    registered: person.line || person.city ? { ...noAddress, region: person.region ?? '', city: person.city ?? '', line: person.line ?? '', locality: person.rural ? 'rural' : 'urban' } : draft.registered,
  };
}

/** Петровна is a woman's, Петрович a man's; other patronymics say nothing. */
export function sexOfPatronymic(patronymic: string): 'male' | 'female' | '' {
  const name = patronymic.trim().toLowerCase();
  return /(вна|чна|кызы)$/.test(name) ? 'female' : /(вич|ьич|оглы|угли)$/.test(name) ? 'male' : '';
}

/** 11 digits when the number holds; what the СНИЛС field shows as understood. */
export function goodSnils(text: string): string | undefined {
  const checked = checkSnils(text);
  return checked.valid ? checked.value : undefined;
}

/** What must be said before a card is opened. */
export function missingIn(page: PartialPage, newborn: boolean): ('family' | 'given' | 'sex' | 'birthDate')[] {
  return (['family', 'given', 'sex', 'birthDate'] as const).filter((field) => !page[field] && !(newborn && field === 'given'));
}
