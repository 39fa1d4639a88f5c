import type { Bundle, Composition, HumanName, Identifier, Organization, Patient, Resource } from '@medplum/fhirtypes';
import { Problem, type Language } from '../../kernel/problem.ts';
import './problems.ts';
import { cleanNarrative } from './clean-narrative.ts';
import { escapeHtml } from './escape-html.ts';
import { renderStyle } from './render-style.ts';
import { ageText, dateText, renderWords, setSpaces, timeText } from './render-words.ts';
import type { SignatureVerdict } from './signature/verify-signature.ts';

export interface Stamp {
  role: 'doctor' | 'organisation' | undefined;
  verdict: SignatureVerdict;
}

/** A printing: the sheet says that it is a copy, whose hand it left and why. */
export interface Printed {
  by: string;
  at: string;
  reason: string;
}

export interface RenderOptions {
  language: Language;
  /** One for each signature; none: a draft, and the sheet says so. */
  stamps: readonly Stamp[];
  /** SHA-256 of the original, hexadecimal. */
  sha256?: string;
  /** Name of the original's file, for the note at the foot. */
  fileName?: string;
  /** `@font-face` rules with the font inside (see document-font.ts), so that the sheet looks the same on any machine. */
  font?: string;
  /** There is a newer version. */
  superseded?: boolean;
  printed?: Printed;
}

/**
 * A document as a sheet of paper: one self-contained HTML page, without script, with its style inside. Pure.
 * Everything from the bundle is escaped or, where it is narrative, written anew from an allow-list: it may come from anywhere.
 * @throws Problem `documents.not-a-document`
 */
export function renderDocument(bundle: Bundle, options: RenderOptions): string {
  const composition = bundle.entry?.[0]?.resource;
  if (bundle.resourceType !== 'Bundle' || composition?.resourceType !== 'Composition') throw new Problem('documents.not-a-document');
  const { language } = options;
  const words = renderWords[language];
  const find: Find = (type, reference) => findResource(bundle, type, reference);
  const patient = find('Patient', composition.subject?.reference);
  const organization = find('Organization', composition.custodian?.reference);
  const zone = zoneOf(composition);
  const sections = list(composition.section).map((each) => `<section><h2>${text(each.title)}</h2>${tables(cleanNarrative(each.text?.div ?? ''))}</section>`);
  const title = text(composition.title);
  return (
    `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:"><meta name="color-scheme" content="light"><title>${title}</title><style>${options.font ?? ''}${renderStyle}</style></head>` +
    `<body><main class="sheet">` +
    setSpaces(
      `${copyMark(options, zone)}${head(organization, composition, words)}<h1>${title}</h1><p class="sub">${timeText(composition.date, language, zone)}</p>${person(patient, composition, language)}${marks(composition, options)}` +
        `${sections.join('')}<div class="foot">${author(composition, find, language)}${stamps(options, zone)}${note(options, words)}</div>`,
      language,
    ) +
    '</main></body></html>'
  );
}

type Words = (typeof renderWords)[Language];

function head(organization: Organization | undefined, composition: Composition, words: Words): string {
  const address = list(organization?.address)[0];
  const numbers = [[words.ogrn, identifier(organization?.identifier, 'urn:identity:ogrn')], [words.inn, identifier(organization?.identifier, 'urn:identity:inn')]].filter(([, value]) => value);
  const kind = list(composition.type?.coding)[0];
  return (
    `<header><div><div class="org">${text(organization?.name)}</div>` +
    `<small>${text(address?.text ?? [address?.city, ...list(address?.line)].filter(Boolean).join(', '))}</small>` +
    `<small>${numbers.map(([name, value]) => `${text(name)}&nbsp;${text(value)}`).join(' · ')}</small></div>` +
    `<div class="side"><div class="small">${text(composition.type?.text ?? kind?.display)}</div></div></header>`
  );
}

function copyMark({ printed, language }: RenderOptions, zone: string): string {
  if (!printed) return '';
  const words = renderWords[language];
  return `<div class="copy"><b>${words.copyOf}</b><span>${words.printedBy}: ${text(printed.by)}, ${timeText(printed.at, language, zone)}. ${words.reason}: ${text(printed.reason)}</span></div>`;
}

function person(patient: Patient | undefined, composition: Composition, language: Language): string {
  const words = renderWords[language];
  const snils = identifier(patient?.identifier, 'urn:identity:snils:Patient');
  const sex = patient?.gender === 'male' ? words.male : patient?.gender === 'female' ? words.female : undefined;
  const age = ageText(patient?.birthDate, composition.date, language);
  const facts: [string, string | undefined][] = [
    [words.born, patient?.birthDate && dateText(patient.birthDate, language) + (age ? ` (${age})` : '')],
    [words.sex, sex],
    [words.snils, snils?.replace(/^(\d{3})(\d{3})(\d{3})(\d{2})$/, '$1-$2-$3\u00a0$4')],
    [words.policy, identifier(patient?.identifier, 'urn:identity:enp:Patient')],
    [words.card, identifier(patient?.identifier, 'urn:karta:card')],
  ];
  return `<div class="person"><div class="who">${text(fullName(patient?.name))}</div><dl>${facts.filter(([, value]) => value).map(([name, value]) => `<div><dt>${name}</dt><dd>${text(value)}</dd></div>`).join('')}</dl></div>`;
}

function marks(composition: Composition, { superseded, stamps: signed, language }: RenderOptions): string {
  const words = renderWords[language];
  const mark = (title: string, body: string, bad = false): string => `<div class="mark${bad ? ' bad' : ''}"><b>${title}</b>${body}</div>`;
  const replaced = list(composition.relatesTo).find((each) => each.code === 'replaces');
  return [
    ...(superseded ? [mark(words.superseded, words.supersededNote, true)] : []),
    ...(signed.length === 0 ? [mark(words.unsigned, words.unsignedNote)] : []),
    ...(composition.confidentiality === 'R' || composition.confidentiality === 'V' ? [mark(words.restricted, '')] : []),
    ...(replaced ? [mark(words.corrects, `${words.correctsNote} <span class="small">${text(replaced.targetIdentifier?.value ?? replaced.targetReference?.reference)}</span>`)] : []),
  ].join('');
}

function author(composition: Composition, find: Find, language: Language): string {
  const words = renderWords[language];
  const people = list(composition.author).flatMap((each) => find('Practitioner', each.reference) ?? []);
  const [role] = list(composition.author).flatMap((each) => find('PractitionerRole', each.reference) ?? []);
  const [first, ...others] = people;
  const post = list(role?.code)[0]?.text ?? list(list(role?.code)[0]?.coding)[0]?.display ?? words.author;
  const also = others.length > 0 ? `<span class="small">${words.with}: ${others.map((each) => text(fullName(each.name))).join(', ')}</span>` : '';
  const encounter = find('Encounter', composition.encounter?.reference);
  const place = list(encounter?.location)[0]?.location?.display;
  return `<div class="by"><span>${text(post)}<br><b>${text(fullName(first?.name))}</b></span><span>${also}${place ? `<br><span class="small">${words.place}: ${text(place)}</span>` : ''}</span></div>`;
}

/** The stamp of GOST R 7.0.97-2016 §5.23: that it is signed, the certificate's number, its owner, its term. */
function stamps({ stamps: signed, language }: RenderOptions, zone: string): string {
  const words = renderWords[language];
  const one = ({ role, verdict }: Stamp): string => {
    const state = { valid: ['', words.signed], undetermined: [' unsure', words.signedUnsurely], invalid: [' bad', words.signedBadly] }[verdict.verdict] as [string, string];
    const { certificate, signer } = verdict;
    const test = verdict.findings.some((each) => each.code === 'no-legal-force');
    const worst = verdict.findings.find((each) => each.severity === verdict.verdict);
    const rows: [string, string, string][] = [
      [words.certificate, text(certificate?.serial.toUpperCase()), 'serial'],
      [words.owner, text(signer?.text), 'name'],
      [words.valid, certificate ? `${words.from}&nbsp;${timeText(certificate.notBefore, language, zone).split(',')[0]} ${words.to}&nbsp;${timeText(certificate.notAfter, language, zone).split(',')[0]}` : '—', ''],
      [words.when, verdict.signedAt ? `${timeText(verdict.signedAt, language, zone)}<br>${words.unproven}` : '—', ''],
    ];
    return (
      `<div class="stamp${state[0]}" role="group" aria-label="${role ? words[role] : words.signature}"><h3>${state[1]}</h3>` +
      `<dl>${rows.map(([name, value, kind]) => `<dt>${name}</dt><dd${kind ? ` class="${kind}"` : ''}>${value}</dd>`).join('')}</dl>` +
      `${worst ? `<div class="test">${text(worst[language])}</div>` : ''}${test ? `<div class="test">${words.test}</div>` : ''}</div>`
    );
  };
  return signed.length > 0 ? `<div class="stamps">${signed.map(one).join('')}</div>` : '';
}

function note({ sha256, fileName }: RenderOptions, words: Words): string {
  if (!sha256) return '';
  return `<p class="note small">${words.copy}${fileName ? ` «${text(fileName)}»` : ''}: ${words.copyEnd}<br>${words.hash}: <code>${text(sha256)}</code></p>`;
}

/** Numbers do not break in tables. */
function tables(html: string): string {
  return html.replace(/<td>(?=(?:<b>)?[<>≤≥]?\s?[\d.,/ \u00a0–-]+(?: [↑↓])?(?:<\/b>)?<\/td>)/g, '<td class="n">');
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? escapeHtml(String(value)) : '');
const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? (value as readonly T[]) : []);

type Find = <T extends Resource['resourceType']>(type: T, reference: unknown) => Extract<Resource, { resourceType: T }> | undefined;

function findResource<T extends Resource['resourceType']>(bundle: Bundle, type: T, reference: unknown): Extract<Resource, { resourceType: T }> | undefined {
  if (typeof reference !== 'string') return undefined;
  const isIt = (resource: Resource | undefined): resource is Extract<Resource, { resourceType: T }> => resource?.resourceType === type;
  return list(bundle.entry).flatMap(({ resource, fullUrl }) => (isIt(resource) && (fullUrl === reference || `${type}/${resource.id}` === reference) ? [resource] : []))[0];
}

function identifier(identifiers: readonly Identifier[] | undefined, system: string): string | undefined {
  return list(identifiers).find((each) => each.system === system)?.value;
}

export function fullName(names: readonly HumanName[] | undefined): string {
  const name = list(names).find((each) => each.use === 'official') ?? list(names)[0];
  return name?.text ?? [name?.family, ...list(name?.given)].filter(Boolean).join(' ');
}

/** The zone of the place of care, for the times that people read; UTC where it is missing or unknown. */
function zoneOf(composition: Composition): string {
  const zone = list(composition.extension).find((each) => each.url === 'urn:karta:zone')?.valueCode;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone ?? 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
