import type { Address as FhirAddress, Coverage, Extension, Identifier, Patient, RelatedPerson } from '@medplum/fhirtypes';
import type { Address, PartialPage, Representative, TitlePage } from './contract.ts';
import { identifierOf, officialName, systems } from './person.ts';
import { benefitText, documentTexts, maritalTexts, relationTexts } from './texts.ts';

/** Between the title page of form 025/у and FHIR, both ways. Pure. What the page does not speak of stays as it was. */

const own = (name: string) => `urn:karta:${name}`;
/** Extensions that the page owns on a Patient; README.md says what each holds. */
const pageExtensions = ['district', 'benefit', 'education', 'employment', 'workplace', 'post', 'disability', 'blood'].map(own);
const pageSystems: readonly string[] = [systems.snils, systems.enp, systems.passport, systems.document];

export interface Attachment {
  organization: string;
  display?: string | undefined;
}

/** The Patient as the page says. `base` is the card as it stands; `attach` the clinic of the desk where the page attaches to it. */
export function patientOf(page: TitlePage, base: Partial<Patient>, attach: Attachment | undefined): Patient {
  const given = [page.given, page.patronymic].filter((part) => part !== undefined);
  const named = [page.family, ...given].join(' ');
  const kept = (base.name ?? []).filter((name) => name !== officialName(base));
  const last = officialName(base);
  // A former name stays findable: people come with the papers they have.
  const former = last.family && last.family !== page.family && base.id ? [{ ...last, use: 'old' as const }] : [];
  const { generalPractitioner, managingOrganization, maritalStatus: _marital, address: _address, birthDate: _birth, gender: _sex, ...rest } = base;
  const attached = page.attachment && attach
    ? { managingOrganization: { reference: attach.organization, ...(attach.display ? { display: attach.display } : {}) }, ...(page.attachment.doctor ? { generalPractitioner: [{ reference: page.attachment.doctor }] } : {}) }
    : { ...(managingOrganization ? { managingOrganization } : {}), ...(generalPractitioner ? { generalPractitioner } : {}) };
  const patient: Patient = {
    ...rest,
    resourceType: 'Patient',
    extension: [...(base.extension ?? []).filter(({ url }) => !pageExtensions.includes(url)), ...extensionsOf(page, base)],
    identifier: [...identifiersOf(page), ...(base.identifier ?? []).filter(({ system }) => !pageSystems.includes(system ?? ''))],
    active: base.active ?? true,
    name: [{ use: 'official', family: page.family, ...(given.length > 0 ? { given } : {}), text: named }, ...kept, ...former],
    telecom: [
      ...page.phones.map(({ number, kind }) => ({ system: 'phone' as const, value: number, use: kind })),
      ...(page.email ? [{ system: 'email' as const, value: page.email }] : []),
      ...(base.telecom ?? []).filter(({ system }) => system !== 'phone' && system !== 'email'),
    ],
    gender: page.sex,
    birthDate: page.birthDate,
    ...(page.marital ? { maritalStatus: { coding: [{ system: maritalSystem(page.marital), code: maritalCodes[page.marital] }], text: maritalTexts[page.marital].ru } } : {}),
    ...attached,
  };
  const address = [...(page.registered ? [addressOf(page.registered, page.living ? 'registered' : 'both')] : []), ...(page.living ? [addressOf(page.living, 'living')] : [])];
  if (address.length > 0) patient.address = address;
  for (const key of ['extension', 'identifier', 'telecom'] as const) if (patient[key]?.length === 0) delete patient[key];
  return patient;
}

const maritalCodes = { married: 'M', single: 'S', divorced: 'D', widowed: 'W', unknown: 'UNK' } as const;
const maritalSystem = (state: string) => (state === 'unknown' ? 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor' : 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus');

function extensionsOf(page: TitlePage, base: Partial<Patient>): Extension[] {
  const code = (name: string, value: string | undefined): Extension[] => (value === undefined ? [] : [{ url: own(name), valueCode: value }]);
  const text = (name: string, value: string | undefined): Extension[] => (value === undefined ? [] : [{ url: own(name), valueString: value }]);
  const { benefit, disability, blood } = page;
  return [
    ...text('district', page.attachment ? page.attachment.district : base.extension?.find(({ url }) => url === own('district'))?.valueString),
    ...(benefit ? [{ url: own('benefit'), valueCoding: { system: own('benefit'), code: benefit.code, display: benefit.text ?? benefitText(benefit.code) ?? benefit.code } }] : []),
    ...code('education', page.education),
    ...code('employment', page.employment),
    ...text('workplace', page.workplace),
    ...text('post', page.post),
    ...(disability
      ? [{ url: own('disability'), extension: [{ url: 'group', valueCode: disability.group }, ...(disability.order ? [{ url: 'order', valueCode: disability.order }] : []), ...(disability.since ? [{ url: 'since', valueDate: disability.since }] : [])] }]
      : []),
    ...(blood ? [{ url: own('blood'), extension: [{ url: 'group', valueCode: blood.group }, ...(blood.rhesus ? [{ url: 'rhesus', valueCode: blood.rhesus }] : [])] }] : []),
  ];
}

function identifiersOf({ snils, policy, document }: TitlePage): Identifier[] {
  return [
    ...(snils ? [{ system: systems.snils, value: snils }] : []),
    // The mother's number is no identifier of the child's own: it stands in the Coverage.
    ...(policy?.kind === 'enp' ? [{ system: systems.enp, value: policy.number }] : []),
    ...(document
      ? [{
          system: document.kind === 'passport' ? systems.passport : systems.document,
          value: [document.series, document.number].filter(Boolean).join(' '),
          type: { coding: [{ system: own('document-kind'), code: document.kind }], text: documentTexts[document.kind].ru },
          ...(document.issued ? { period: { start: document.issued } } : {}),
          ...(document.issuedBy ? { assigner: { display: document.issuedBy } } : {}),
        }]
      : []),
  ];
}

function addressOf(address: Address, kind: 'registered' | 'living' | 'both'): FhirAddress {
  const { region, district, city, line, postalCode, locality } = address;
  return {
    extension: [{ url: own('address-kind'), valueCode: kind === 'both' ? 'registered' : kind }, ...(locality ? [{ url: own('locality'), valueCode: locality }] : [])],
    use: kind === 'living' ? 'temp' : 'home',
    type: kind === 'registered' ? 'postal' : kind === 'living' ? 'physical' : 'both',
    text: [postalCode, region, district, city, line].filter(Boolean).join(', '),
    ...(line ? { line: [line] } : {}),
    ...(city ? { city } : {}),
    ...(district ? { district } : {}),
    ...(region ? { state: region } : {}),
    ...(postalCode ? { postalCode } : {}),
    country: 'RU',
  };
}

export function coverageOf(page: TitlePage, patient: string, base: Partial<Coverage>, holder: string | undefined): Coverage | undefined {
  const { policy } = page;
  if (!policy) return undefined;
  const types = { enp: 'Полис ОМС единого образца', temporary: 'Временное свидетельство ОМС', old: 'Полис ОМС старого образца', newborn: 'Полис ОМС матери (новорождённый)' };
  return {
    ...base,
    resourceType: 'Coverage',
    status: 'active',
    type: { coding: [{ system: own('policy-kind'), code: policy.kind }], text: types[policy.kind] },
    identifier: [{ system: systems.enp, value: policy.number }],
    subscriberId: policy.number,
    ...(holder ? { policyHolder: { reference: holder }, relationship: { text: 'Ребёнок' } } : {}),
    beneficiary: { reference: `Patient/${patient}` },
    ...(policy.from ? { period: { start: policy.from } } : {}),
    payor: policy.insurer && base.payor?.[0]?.display === policy.insurer ? base.payor : [{ display: policy.insurer ?? 'Страховая организация не указана' }],
  };
}

const relationCodes = { mother: 'MTH', father: 'FTH', guardian: 'GUARD', trustee: 'RESPRSN', spouse: 'SPS', child: 'CHILD', proxy: 'POWATT', other: 'O' } as const;

export function relatedPersonOf(one: Representative, patient: string, base: Partial<RelatedPerson>): RelatedPerson {
  const given = [one.given, one.patronymic].filter((part) => part !== undefined);
  const { telecom: _telecom, ...rest } = base;
  return {
    ...rest,
    resourceType: 'RelatedPerson',
    active: true,
    patient: { reference: `Patient/${patient}` },
    relationship: [{ coding: [{ system: one.relation === 'other' ? own('relation') : 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: relationCodes[one.relation] }], text: relationTexts[one.relation].ru }],
    name: [{ use: 'official', family: one.family, ...(given.length > 0 ? { given } : {}), text: [one.family, ...given].join(' ') }],
    ...(one.phone ? { telecom: [{ system: 'phone', value: one.phone, use: 'mobile' }] } : {}),
  };
}

/** The page as the resources say it. */
export function readTitlePage(patient: Patient, coverages: readonly Coverage[], relatives: readonly RelatedPerson[]): TitlePage {
  const { family = '', given = [] } = officialName(patient);
  const extension = (name: string) => patient.extension?.find(({ url }) => url === own(name));
  const inner = (name: string, part: string) => extension(name)?.extension?.find(({ url }) => url === part);
  const living = patient.address?.find((one) => one.use === 'temp' || kindOf(one) === 'living');
  const registered = patient.address?.find((one) => one !== living && one.use !== 'old');
  const phones = (patient.telecom ?? []).filter(({ system, value }) => system === 'phone' && value);
  const benefit = extension('benefit')?.valueCoding;
  const group = inner('disability', 'group')?.valueCode;
  const blood = inner('blood', 'group')?.valueCode;
  const attached = patient.managingOrganization ? { doctor: patient.generalPractitioner?.[0]?.reference, district: extension('district')?.valueString } : undefined;
  const page: PartialPage = {
    family,
    given: given[0],
    patronymic: given.slice(1).join(' ') || undefined,
    sex: patient.gender === 'male' ? 'male' : 'female',
    birthDate: patient.birthDate ?? '',
    registered: registered && readAddress(registered),
    living: living && readAddress(living),
    phones: phones.map(({ value, use }) => ({ number: value!, kind: use === 'home' || use === 'work' ? use : 'mobile' })),
    email: patient.telecom?.find(({ system }) => system === 'email')?.value,
    snils: identifierOf(patient, systems.snils),
    policy: readPolicy(patient, coverages),
    benefit: benefit?.code ? { code: benefit.code, text: benefit.display } : undefined,
    document: readDocument(patient),
    marital: (Object.keys(maritalCodes) as (keyof typeof maritalCodes)[]).find((state) => maritalCodes[state] === patient.maritalStatus?.coding?.[0]?.code),
    education: extension('education')?.valueCode as TitlePage['education'],
    employment: extension('employment')?.valueCode as TitlePage['employment'],
    workplace: extension('workplace')?.valueString,
    post: extension('post')?.valueString,
    disability: group ? { group: group as '1', order: inner('disability', 'order')?.valueCode as 'first' | undefined, since: inner('disability', 'since')?.valueDate } : undefined,
    blood: blood ? { group: blood as 'O', rhesus: inner('blood', 'rhesus')?.valueCode as 'positive' | undefined } : undefined,
    representatives: relatives.filter(({ active }) => active !== false).map(readRepresentative),
    attachment: attached,
  };
  // Without the keys that say nothing, so that pages compare as they are sent.
  return JSON.parse(JSON.stringify(page)) as TitlePage;
}

function kindOf(address: FhirAddress): string | undefined {
  return address.extension?.find(({ url }) => url === own('address-kind'))?.valueCode;
}

function readAddress(address: FhirAddress): Address {
  const locality = address.extension?.find(({ url }) => url === own('locality'))?.valueCode as Address['locality'];
  const bare = !address.city && !address.line?.length && address.text ? { line: address.text } : {};
  return { region: address.state, district: address.district, city: address.city, line: address.line?.join(', ') || undefined, postalCode: address.postalCode, locality, ...bare };
}

function readPolicy(patient: Patient, coverages: readonly Coverage[]): TitlePage['policy'] {
  const coverage = coverages.find(({ status }) => status === 'active');
  const number = coverage?.subscriberId ?? identifierOf(patient, systems.enp);
  if (!number) return undefined;
  const kind = (coverage?.type?.coding?.find(({ system }) => system === own('policy-kind'))?.code ?? (number.includes('_') ? 'newborn' : 'enp')) as 'enp';
  const insurer = coverage?.payor?.[0]?.display;
  return { kind, number, insurer: insurer === 'Страховая организация не указана' ? undefined : insurer, from: coverage?.period?.start?.slice(0, 10) };
}

function readDocument(patient: Patient): TitlePage['document'] {
  const found = patient.identifier?.find(({ system }) => system === systems.passport || system === systems.document);
  if (!found?.value) return undefined;
  const digits = found.value.replace(/\s/g, '');
  const kind = found.system === systems.passport ? 'passport' : ((found.type?.coding?.[0]?.code ?? 'other') as 'other');
  const [series, number] = kind === 'passport' && /^\d{10}$/.test(digits) ? [digits.slice(0, 4), digits.slice(4)] : found.value.includes(' ') ? [found.value.slice(0, found.value.lastIndexOf(' ')), found.value.slice(found.value.lastIndexOf(' ') + 1)] : [undefined, found.value];
  return { kind, series, number, issuedBy: found.assigner?.display, issued: found.period?.start?.slice(0, 10) };
}

export function readRepresentative(person: RelatedPerson): Representative {
  const { family = '', given = [] } = person.name?.[0] ?? {};
  const code = person.relationship?.[0]?.coding?.[0]?.code;
  const relation = (Object.keys(relationCodes) as (keyof typeof relationCodes)[]).find((kind) => relationCodes[kind] === code) ?? 'other';
  return { id: person.id, family, given: given[0], patronymic: given.slice(1).join(' ') || undefined, relation, phone: person.telecom?.find(({ system }) => system === 'phone')?.value };
}
