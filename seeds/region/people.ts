import type { Consent, Coverage, Organization, Patient, RelatedPerson, Resource } from '@medplum/fhirtypes';
import { enpCheckDigit, newbornPolicy, snilsCheckDigits } from '../../src/kernel/identifiers.ts';
import type { DemoTime } from './demo-time.ts';
import { demoMeta, ref, systems } from './marks.ts';
import { fullName, roleOf, shortName, staffMember } from './staff.ts';

/** What a person lives with: decides problems, medicines, values and visits in `histories.ts`. */
export type Profile = 'own' | 'hypertension' | 'heart' | 'diabetes' | 'lungs' | 'asthma' | 'stomach' | 'thyroid' | 'back' | 'joints' | 'anaemia' | 'migraine' | 'prostate' | 'healthy' | 'child' | 'infant' | 'newborn';

export interface Person {
  /** `Patient/demo-<id>`, unless `reference` says otherwise. */
  id: string;
  reference?: string;
  family: string;
  given: string[];
  sex: 'male' | 'female';
  /** Years and `MM-DD`, or days of life. */
  age: [years: number, monthDay: string] | { days: number };
  /** District doctor; his clinic and district are the person's. */
  doctor: string;
  profile: Profile;
  visits: number;
  town?: string;
  line: string;
  allergy?: 'none' | { class?: string; inn?: string; text: string; reaction: string; severe?: boolean };
  /** A newborn has neither СНИЛС nor an own policy. */
  mother?: string;
  twinOrder?: number;
  withoutSnils?: boolean;
  marital?: 'M' | 'S' | 'W' | 'D';
}

const none = 'none' as const;
type Row = [id: string, name: string, sex: 'm' | 'f', age: Person['age'], doctor: string, profile: Profile, visits: number, line: string, more?: Partial<Person>];

const sokolova = 'demo-sokolova', egorova = 'demo-egorova', stepanov = 'demo-stepanov', bulatov = 'demo-bulatov', vinogradova = 'demo-vinogradova', safina = 'demo-safina';
const village = { town: 'село Берёзовка' };

const rows: Row[] = [
  ['ivanova', 'Иванова Мария Петровна', 'f', [0, '03-14'], sokolova, 'own', 0, 'улица Садовая, 22, кв. 15', { marital: 'W', allergy: { class: 'penicillin', text: 'Пенициллины', reaction: 'Крапивница, отёк лица', severe: true } }],
  ['gromov', 'Громов Илья Сергеевич', 'm', [42, '02-11'], sokolova, 'back', 4, 'улица Садовая, 8, кв. 3', { allergy: none, marital: 'M' }],
  ['fedorova', 'Фёдорова Анна Ильинична', 'f', [29, '07-19'], sokolova, 'anaemia', 3, 'улица Лесная, 4, кв. 41', { allergy: none, marital: 'M' }],
  ['lebedev', 'Лебедев Пётр Андреевич', 'm', [71, '04-02'], sokolova, 'heart', 8, 'улица Садовая, 30, кв. 7', { marital: 'M', allergy: { inn: 'acetylsalicylic acid', text: 'Ацетилсалициловая кислота', reaction: 'Приступ удушья', severe: true } }],
  ['kuznetsov', 'Кузнецов Олег Викторович', 'm', [35, '09-27'], sokolova, 'healthy', 2, 'улица Лесная, 12, кв. 90', { marital: 'S' }],
  ['alekseeva', 'Алексеева Дарья Романовна', 'f', [18, '05-05'], sokolova, 'migraine', 2, 'улица Школьная, 2, кв. 17'],
  ['melnik', 'Мельник Тарас Богданович', 'm', [58, '10-31'], sokolova, 'diabetes', 7, 'улица Садовая, 11, кв. 60', { allergy: none, marital: 'M' }],
  ['semyonova', 'Семёнова Вера Львовна', 'f', [63, '12-12'], sokolova, 'thyroid', 5, 'переулок Тихий, 3', { allergy: none, marital: 'D' }],
  ['galieva', 'Галиева Гульнара Рашитовна', 'f', [47, '06-24'], sokolova, 'stomach', 5, 'улица Лесная, 20, кв. 5', { allergy: none, marital: 'M' }],
  ['sarkisyan', 'Саркисян Армен Гургенович', 'm', [66, '08-15'], sokolova, 'lungs', 8, 'улица Садовая, 40, кв. 22', { marital: 'M' }],
  ['abdullin', 'Абдуллин Рустам Маратович', 'm', [52, '01-08'], sokolova, 'hypertension', 6, 'улица Лесная, 31, кв. 14', { allergy: none }],
  ['nikiforova', 'Никифорова Зоя Матвеевна', 'f', [88, '11-03'], sokolova, 'heart', 8, 'улица Садовая, 22, кв. 48', { marital: 'W', allergy: none }],
  ['tsoi', 'Цой Виктор Германович', 'm', [39, '03-22'], sokolova, 'asthma', 4, 'улица Лесная, 6, кв. 33', { allergy: { inn: 'ibuprofen', text: 'Ибупрофен', reaction: 'Одышка' } }],
  ['bondarenko', 'Бондаренко Оксана Тарасовна', 'f', [55, '09-09'], sokolova, 'hypertension', 5, 'переулок Тихий, 9', { allergy: { class: 'sulfonamide', text: 'Сульфаниламиды', reaction: 'Сыпь' } }],
  ['long-name', 'Константинопольская-Преображенская Александра-Виолетта Вячеславовна', 'f', [34, '12-30'], sokolova, 'healthy', 2, 'проспект Академика Константина Эдуардовича Циолковского, 118, корпус 2, кв. 341'],
  ['smirnov-1', 'Смирнов Александр Иванович', 'm', [61, '04-18'], sokolova, 'prostate', 4, 'улица Садовая, 5, кв. 2', { allergy: none }],
  ['smirnov-2', 'Смирнов Александр Иванович', 'm', [44, '10-02'], egorova, 'stomach', 3, 'улица Заводская, 17, кв. 9', { allergy: none }],
  ['petrova-1', 'Петрова Наталья Юрьевна', 'f', [50, '08-08'], egorova, 'hypertension', 4, 'улица Заводская, 3, кв. 77', { allergy: none }],
  // A likely double of the card above: a slip in the name, no СНИЛС, the same birthday and street.
  ['petrova-double', 'Петрова Наталия Юрьевна', 'f', [50, '08-08'], egorova, 'healthy', 2, 'ул. Заводская, д. 3', { withoutSnils: true }],
  ['volkova', 'Волкова Екатерина Андреевна', 'f', [31, '02-26'], egorova, 'healthy', 3, 'улица Заводская, 24, кв. 12', { marital: 'M', allergy: none }],
  ['sidorov', 'Сидоров Геннадий Фёдорович', 'm', [73, '05-30'], egorova, 'joints', 6, 'улица Заводская, 8, кв. 56', { marital: 'M' }],
  ['mamedova', 'Мамедова Лейла Эльдаровна', 'f', [41, '11-11'], egorova, 'migraine', 4, 'улица Речная, 15', { allergy: none }],
  ['yakovlev', 'Яковлев Степан Ильич', 'm', [67, '07-01'], egorova, 'lungs', 6, 'улица Речная, 2'],
  ['grigoryan', 'Григорян Ануш Суреновна', 'f', [59, '04-24'], stepanov, 'diabetes', 6, 'проспект Победы, 41, кв. 8', { allergy: none }],
  ['novikov', 'Новиков Денис Олегович', 'm', [27, '06-06'], stepanov, 'back', 3, 'проспект Победы, 19, кв. 100'],
  ['khasanova', 'Хасанова Розалия Фаридовна', 'f', [70, '03-08'], stepanov, 'joints', 7, 'улица Мира, 6, кв. 30', { allergy: { inn: 'diclofenac', text: 'Диклофенак', reaction: 'Отёк губ', severe: true } }],
  ['zaitsev', 'Зайцев Роман Евгеньевич', 'm', [46, '09-17'], stepanov, 'hypertension', 5, 'улица Мира, 10, кв. 4', { allergy: none }],
  ['belyaeva', 'Беляева Инна Павловна', 'f', [38, '01-21'], stepanov, 'thyroid', 4, 'проспект Победы, 7, кв. 61', { allergy: none }],
  ['ershov', 'Ершов Василий Никанорович', 'm', [76, '02-02'], bulatov, 'heart', 8, 'улица Центральная, 18', { ...village, allergy: none, marital: 'M' }],
  ['ershova', 'Ершова Прасковья Тимофеевна', 'f', [74, '10-14'], bulatov, 'hypertension', 7, 'улица Центральная, 18', { ...village, marital: 'M' }],
  ['kharitonov', 'Харитонов Егор Лукич', 'm', [54, '05-09'], bulatov, 'joints', 3, 'улица Полевая, 7', { ...village, allergy: none }],
  ['timofeeva', 'Тимофеева Любовь Савельевна', 'f', [33, '08-29'], bulatov, 'anaemia', 3, 'улица Полевая, 12', village],
  ['volkov-child', 'Волков Матвей Денисович', 'm', [6, '04-03'], vinogradova, 'child', 6, 'улица Заводская, 24, кв. 12', { mother: 'volkova', allergy: { class: 'nsaid', text: 'НПВП', reaction: 'Крапивница' } }],
  ['volkov-newborn', 'Волков', 'm', { days: 12 }, vinogradova, 'newborn', 1, 'улица Заводская, 24, кв. 12', { mother: 'volkova' }],
  ['fedorov-twin-1', 'Фёдорова Алиса Кирилловна', 'f', [2, '03-17'], vinogradova, 'infant', 5, 'улица Лесная, 4, кв. 41', { mother: 'fedorova', allergy: none, twinOrder: 1 }],
  ['fedorov-twin-2', 'Фёдорова Василиса Кирилловна', 'f', [2, '03-17'], vinogradova, 'infant', 5, 'улица Лесная, 4, кв. 41', { mother: 'fedorova', allergy: none, twinOrder: 2 }],
  ['khakimov', 'Хакимов Амир Русланович', 'm', [9, '12-06'], vinogradova, 'child', 5, 'улица Школьная, 14, кв. 2', { allergy: none }],
  ['polyakova', 'Полякова Ева Антоновна', 'f', [14, '07-12'], vinogradova, 'child', 4, 'улица Школьная, 20, кв. 35'],
  ['osipov', 'Осипов Тимофей Ильич', 'm', [4, '01-29'], vinogradova, 'child', 6, 'улица Мира, 3, кв. 18', { allergy: { inn: 'amoxicillin', text: 'Амоксициллин', reaction: 'Сыпь' } }],
  ['danilova', 'Данилова Мария Степановна', 'f', [11, '10-20'], vinogradova, 'asthma', 5, 'улица Школьная, 9, кв. 44', { allergy: none }],
  ['mirzoev', 'Мирзоев Самир Фархадович', 'm', [1, '06-01'], safina, 'infant', 4, 'улица Речная, 30', { allergy: none }],
  ['kruglova', 'Круглова Софья Артёмовна', 'f', [7, '02-15'], safina, 'child', 3, 'проспект Победы, 52, кв. 6'],
];

export const people: readonly Person[] = rows.map(([id, name, sex, age, doctor, profile, visits, line, more]) => {
  const [family, ...given] = name.split(' ') as [string, ...string[]];
  return { id, family, given, sex: sex === 'm' ? 'male' : 'female', age, doctor, profile, visits, line, ...more };
});

export const patientRef = (person: Person) => person.reference ?? `Patient/demo-${person.id}`;
export const personById = (id: string): Person => people.find((person) => person.id === id)!;
export const nameOf = (person: Person) => fullName(person);

export function birthDateOf(person: Person, time: DemoTime): string {
  if (person.id === 'ivanova') return '1959-03-14';
  return Array.isArray(person.age) ? time.born(...person.age) : time.date(person.age.days);
}

/** СНИЛС of a made person: from 900-000-000 on, with right check digits. */
export function fictionalSnils(n: number): string {
  const nine = String(900_000_000 + n * 13);
  return nine + snilsCheckDigits(nine);
}

/** ЕНП of a made person: starts with 99, which no region has, with the right check digit. */
export function fictionalEnp(n: number): string {
  const fifteen = `99000000${String(n * 7 + 1000).padStart(7, '0')}`;
  return fifteen + enpCheckDigit(fifteen);
}

const insurer = () => ref<Organization>('Organization/demo-insurer', 'Страховая медицинская организация «Заречье-Мед»');
const marital = { M: 'Состоит в браке', S: 'Не состоит в браке', W: 'Вдова / вдовец', D: 'В разводе' };

/** Under fifteen: the parents decide (323-ФЗ, статья 20). */
export const isChild = (person: Person) => person.id !== 'ivanova' && (!Array.isArray(person.age) || person.age[0] < 15);

function patientOf(person: Person, n: number, time: DemoTime): Patient {
  const doctor = staffMember(person.doctor);
  const newborn = person.profile === 'newborn';
  const town = person.town ?? 'Заречинск';
  const twins = people.filter((other) => other.mother !== undefined && other.mother === person.mother && other.twinOrder !== undefined);
  const address = `Заречная область, ${town}, ${person.line}`;
  return {
    resourceType: 'Patient',
    id: `demo-${person.id}`,
    meta: demoMeta,
    extension: [{ url: systems.district, valueString: doctor.district ?? '1' }],
    identifier: [
      ...(newborn || person.withoutSnils ? [] : [{ system: systems.snils, value: person.id === 'ivanova' ? '11223344595' : fictionalSnils(n) }]),
      ...(newborn ? [] : [{ system: systems.enp, value: fictionalEnp(n) }]),
      { system: systems.card, value: `ЗР-${String(20_000 + n * 17)}` },
    ],
    active: true,
    name: [{ use: 'official', family: person.family, ...(person.given.length > 0 ? { given: person.given } : {}), text: nameOf(person) }],
    // The parent's phone stands in the child's card.
    telecom: [{ system: 'phone', value: `+7 (999) 000-${String(20 + Math.floor(n / 90)).padStart(2, '0')}-${String(10 + (n % 90)).padStart(2, '0')}`, use: 'mobile' }],
    gender: person.sex,
    birthDate: birthDateOf(person, time),
    ...(person.twinOrder ? { multipleBirthInteger: person.twinOrder } : twins.length === 0 && isChild(person) ? { multipleBirthBoolean: false } : {}),
    address: [{ use: 'home', type: 'both', text: address, line: [person.line], city: town, state: 'Заречная область', country: 'RU' }],
    ...(person.marital ? { maritalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: person.marital }], text: marital[person.marital] } } : {}),
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'ru' }], text: 'Русский' }, preferred: true }],
    generalPractitioner: [ref(roleOf(doctor), shortName(doctor))],
    managingOrganization: ref(`Organization/${doctor.clinic}`),
  };
}

/** A person's title page: Patient, policy, mother, consents. Mothers stand before their children in the list. */
export function demoPeople(time: DemoTime): Resource[] {
  return people.flatMap((person, n): Resource[] => {
    const patient = patientOf(person, n, time);
    const found: Resource[] = [patient];
    const mother = person.mother === undefined ? undefined : personById(person.mother);
    const motherNumber = mother === undefined ? -1 : people.indexOf(mother);
    const newborn = person.profile === 'newborn';
    const policy = newborn ? newbornPolicy(fictionalEnp(motherNumber), patient.birthDate!, 1)! : fictionalEnp(n);
    const coverage: Coverage = {
      resourceType: 'Coverage',
      id: `demo-${person.id}-policy`,
      meta: demoMeta,
      status: 'active',
      type: { text: newborn ? 'Полис ОМС матери (новорождённый)' : 'Полис ОМС единого образца' },
      identifier: [{ system: systems.enp, value: policy }],
      subscriberId: policy,
      ...(newborn ? { policyHolder: ref(patientRef(mother!), nameOf(mother!)), relationship: { text: 'Ребёнок' } } : {}),
      beneficiary: ref(patientRef(person), nameOf(person)),
      period: { start: newborn ? patient.birthDate! : time.date(1400 + n * 11) },
      payor: [insurer()],
    };
    found.push(coverage);
    if (mother !== undefined) {
      const related: RelatedPerson = {
        resourceType: 'RelatedPerson',
        id: `demo-${person.id}-mother`,
        meta: demoMeta,
        active: true,
        identifier: [{ system: systems.snils, value: fictionalSnils(motherNumber) }],
        patient: ref(patientRef(person), nameOf(person)),
        relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' }], text: 'Мать' }],
        name: [{ use: 'official', family: mother.family, given: mother.given, text: nameOf(mother) }],
        gender: 'female',
        birthDate: birthDateOf(mother, time),
        telecom: [{ system: 'phone', value: `+7 (999) 000-20-${String(10 + motherNumber)}`, use: 'mobile' }],
      };
      found.push(related);
    }
    if (person.id !== 'petrova-double') {
      const consent = (kind: string, words: string, law: string, permit: boolean, daysAgo: number): Consent => ({
        resourceType: 'Consent',
        id: `demo-${person.id}-${kind}`,
        meta: demoMeta,
        status: 'active',
        scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: kind === 'data' ? 'patient-privacy' : 'treatment' }], text: words },
        category: [{ coding: [{ system: systems.loinc, code: '59284-0', display: 'Consent Document' }], text: words }],
        patient: ref(patientRef(person), nameOf(person)),
        dateTime: time.date(daysAgo),
        ...(mother !== undefined
          ? { performer: [ref<RelatedPerson>(`RelatedPerson/demo-${person.id}-mother`, nameOf(mother))] }
          : isChild(person) ? {} : { performer: [ref<Patient>(patientRef(person), nameOf(person))] }),
        organization: [ref<Organization>(patient.managingOrganization!.reference!)],
        policyRule: { text: law },
        provision: { type: permit ? 'permit' : 'deny' },
      });
      const since = newborn ? 11 : 300 + n * 5;
      found.push(consent('treatment', 'Информированное добровольное согласие на медицинское вмешательство', '323-ФЗ, статья 20', true, since));
      found.push(consent('data', 'Согласие на обработку персональных данных', '152-ФЗ, статья 9', true, since));
      if (person.id === 'osipov' || person.id === 'kuznetsov') found.push(consent('vaccination', 'Отказ от прививки против гриппа', '157-ФЗ, статья 5', false, 40));
    }
    return found;
  });
}
