/**
 * A made region for measures at size: the same people whenever it is made, twenty resources each in the shape that clinics write (title
 * page, visits, diagnoses, measurements with norms, prescriptions), and the staff that they refer to. Every thousandth person has a long
 * card. Nothing of it is medicine; only the distribution of keys and the length of texts are meant.
 */

export const perPerson = 20;
/** Measurements of a long card: with the rest it stays under the 500 that `$everything` is measured with. */
const longCard = 470;

const staff = 60;
const clinics = 12;
const rooms = 40;

const families = ['Абрамов', 'Белов', 'Власов', 'Громов', 'Дьячков', 'Ершов', 'Жданов', 'Зуев', 'Ильин', 'Комаров', 'Лапин', 'Маслов', 'Носов', 'Орлов', 'Попов', 'Рыбаков', 'Савин', 'Тарасов', 'Уваров', 'Фомин'];
const endings = ['', 'ский', 'ец', 'иков', 'енко', 'ук', 'янц', 'швили', 'ин', 'ых', 'ович', 'айтис', 'дин', 'цев', 'чук'];
const givens = ['Александр', 'Сергей', 'Дмитрий', 'Андрей', 'Алексей', 'Максим', 'Евгений', 'Иван', 'Михаил', 'Артём', 'Рустам', 'Тимур', 'Глеб', 'Ярослав', 'Фёдор', 'Пётр'];
const fathers = ['Александрович', 'Сергеевич', 'Дмитриевич', 'Андреевич', 'Алексеевич', 'Иванович', 'Михайлович', 'Петрович', 'Ильич', 'Маратович', 'Юрьевич'];
const streets = ['Садовая', 'Лесная', 'Центральная', 'Молодёжная', 'Школьная', 'Набережная', 'Заречная'];
const measurements = [['8867-4', 'Пульс', 72, '/min', 'уд/мин', 60, 90], ['8310-5', 'Температура тела', 36.6, 'Cel', '°C', 36, 37], ['29463-7', 'Масса тела', 78.5, 'kg', 'кг', 50, 100], ['59408-5', 'Сатурация', 98, '%', '%', 95, 100], ['8480-6', 'Систолическое давление', 128, 'mm[Hg]', 'мм рт. ст.', 90, 140], ['8462-4', 'Диастолическое давление', 82, 'mm[Hg]', 'мм рт. ст.', 60, 90], ['2339-0', 'Глюкоза', 5.2, 'mmol/L', 'ммоль/л', 3.9, 6.1], ['2093-3', 'Холестерин общий', 4.8, 'mmol/L', 'ммоль/л', 3, 5.2], ['718-7', 'Гемоглобин', 138, 'g/L', 'г/л', 120, 160], ['2160-0', 'Креатинин', 84, 'umol/L', 'мкмоль/л', 62, 106], ['9279-1', 'Частота дыхания', 16, '/min', 'в мин', 12, 20]] as const;
const diagnoses = [['I11.9', 'Гипертоническая болезнь с преимущественным поражением сердца'], ['J06.9', 'Острая инфекция верхних дыхательных путей'], ['M54.5', 'Боль внизу спины'], ['E11.9', 'Инсулиннезависимый сахарный диабет'], ['K29.5', 'Хронический гастрит'], ['I20.8', 'Другие формы стенокардии'], ['J45.0', 'Астма с преобладанием аллергического компонента']] as const;
const medicines = ['bisoprolol', 'enalapril', 'metformin', 'atorvastatin', 'omeprazole', 'amlodipine', 'ibuprofen'];

/** Spreads numbers without chance: the same person looks the same in every run. */
function spread(seed: number, below: number): number {
  return (Math.imul(seed + 1, 0x9e37_79b1) >>> 8) % below;
}

const pick = <T>(from: readonly T[], seed: number): T => from[spread(seed, from.length)]!;
const two = (value: number): string => String(value).padStart(2, '0');
const day = (seed: number): string => `${2019 + spread(seed, 7)}-${two(1 + spread(seed + 7, 12))}-${two(1 + spread(seed + 13, 28))}`;

export function familyOf(person: number): string {
  return pick(families, person * 3) + pick(endings, person * 5 + 1);
}

export function givenOf(person: number): string {
  return pick(givens, person * 7 + 2);
}

export const personId = (person: number): string => `bench-${person}`;

/** Whose card is long: about 500 resources. */
export const isLong = (person: number): boolean => person === longCardNear(person);

export const longCardNear = (person: number): number => person - (person % 1000);

/** What everybody refers to: clinics, rooms, staff. */
export function makeStaff(): object[] {
  return [
    ...Array.from({ length: clinics }, (_, index) => ({ resourceType: 'Organization', id: `bench-clinic-${index}`, active: true, name: `Поликлиника № ${100 + index}`, identifier: [{ system: 'urn:identity:frmo', value: `1.2.643.5.1.13.13.12.2.99.${index}` }] })),
    ...Array.from({ length: rooms }, (_, index) => ({ resourceType: 'Location', id: `bench-room-${index}`, status: 'active', name: `Кабинет ${200 + index}`, managingOrganization: { reference: `Organization/bench-clinic-${index % clinics}` } })),
    ...Array.from({ length: staff }, (_, index) => ({ resourceType: 'Practitioner', id: `bench-doctor-${index}`, active: true, name: [{ family: `${pick(families, index)}а`, given: ['Анна', 'Викторовна'] }], gender: 'female' })),
  ];
}

/** All resources of one person, the Patient first: twenty, of a long card about 500. */
export function makePerson(person: number): object[] {
  const id = personId(person);
  const subject = { reference: `Patient/${id}` };
  const doctor = { reference: `Practitioner/bench-doctor-${spread(person, staff)}` };
  const clinic = { reference: `Organization/bench-clinic-${spread(person, clinics)}` };
  const visits = 3;
  const visitId = (visit: number): string => `${id}-visit-${visit}`;
  return [
    {
      resourceType: 'Patient', id, active: true,
      identifier: [{ system: 'urn:test:bench', value: String(100_000_000_00 + person) }, { system: 'urn:identity:enp:Patient', value: String(9_900_000_000_000_000 + person) }],
      name: [{ use: 'official', family: familyOf(person), given: [givenOf(person), pick(fathers, person * 11)], text: `${familyOf(person)} ${givenOf(person)} ${pick(fathers, person * 11)}` }],
      telecom: [{ system: 'phone', value: `+7 900 ${String(1_000_000 + (person % 8_999_999))}`, use: 'mobile' }],
      gender: 'male', birthDate: `${1930 + spread(person, 90)}-${two(1 + spread(person + 1, 12))}-${two(1 + spread(person + 2, 28))}`,
      address: [{ use: 'home', text: `г. Верховск, ул. ${pick(streets, person)}, д. ${1 + spread(person, 90)}, кв. ${1 + spread(person + 5, 200)}`, city: 'Верховск' }],
      generalPractitioner: [doctor], managingOrganization: clinic,
    },
    ...Array.from({ length: visits }, (_, visit) => ({
      resourceType: 'Encounter', id: visitId(visit), status: 'finished', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'амбулаторно' }, subject,
      participant: [{ individual: doctor }], period: { start: `${day(person * 3 + visit)}T09:00:00+03:00`, end: `${day(person * 3 + visit)}T09:20:00+03:00` },
      location: [{ location: { reference: `Location/bench-room-${spread(person + visit, rooms)}` } }], serviceProvider: clinic,
    })),
    ...Array.from({ length: 3 }, (_, index) => {
      const [code, display] = pick(diagnoses, person + index);
      return {
        resourceType: 'Condition', id: `${id}-diagnosis-${index}`, clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
        code: { coding: [{ system: 'urn:oid:1.2.643.5.1.13.13.11.1005', code, display }], text: display }, subject, encounter: { reference: `Encounter/${visitId(index)}` }, recordedDate: day(person * 3 + index), recorder: doctor,
      };
    }),
    ...Array.from({ length: isLong(person) ? longCard : 11 }, (_, index) => {
      const [code, display, around, unit, shown, low, high] = measurements[index % measurements.length]!;
      return {
        resourceType: 'Observation', id: `${id}-value-${index}`, status: 'final', category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] }],
        code: { coding: [{ system: 'http://loinc.org', code, display }], text: display }, subject, encounter: { reference: `Encounter/${visitId(index % visits)}` },
        effectiveDateTime: `${day(person * 5 + index)}T09:${two(index % 60)}:00+03:00`, performer: [doctor],
        valueQuantity: { value: Math.round((around + spread(person + index, 20) / 10 - 1) * 10) / 10, unit: shown, system: 'http://unitsofmeasure.org', code: unit },
        referenceRange: [{ low: { value: low, unit: shown }, high: { value: high, unit: shown } }],
      };
    }),
    ...Array.from({ length: 2 }, (_, index) => ({
      resourceType: 'MedicationRequest', id: `${id}-medicine-${index}`, status: 'active', intent: 'order', subject, encounter: { reference: `Encounter/${visitId(index)}` }, authoredOn: day(person + index), requester: doctor,
      medicationCodeableConcept: { coding: [{ system: 'urn:karta:mnn', code: pick(medicines, person + index) }], text: pick(medicines, person + index) },
      dosageInstruction: [{ text: 'по 1 таблетке утром, 30 дней', timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } }],
    })),
  ];
}

/** NDJSON lines of the people from `first` to before `last`. */
export function* personLines(first: number, last: number): Generator<string> {
  for (let person = first; person < last; person++) for (const resource of makePerson(person)) yield JSON.stringify(resource);
}
