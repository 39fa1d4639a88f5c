import type { HealthcareService, Location, Organization, Resource } from '@medplum/fhirtypes';
import { demoMeta, ref, systems } from './marks.ts';

interface Clinic {
  id: string;
  name: string;
  alias?: string;
  type: string;
  parent?: string;
  town: string;
  line: string;
  phone: string;
  services: string[];
}

const nb = '\u00a0';

/** «Заречная область» does not exist; neither do its towns, clinics and people. */
export const clinics: readonly Clinic[] = [
  { id: 'demo-health-department', name: 'Министерство здравоохранения Заречной области', type: 'Орган управления', town: 'Заречинск', line: 'площадь Мира, 1', phone: '+7 (999) 000-10-00', services: [] },
  { id: 'demo-polyclinic-2', name: `Поликлиника №${nb}2`, type: 'Поликлиника', parent: 'demo-health-department', town: 'Заречинск', line: 'улица Садовая, 14', phone: '+7 (999) 000-10-02', services: ['Терапия', 'Хирургия', 'Доврачебный кабинет', 'Регистратура'] },
  { id: 'demo-polyclinic-1', name: `Центральная городская поликлиника №${nb}1`, type: 'Поликлиника', parent: 'demo-health-department', town: 'Заречинск', line: 'проспект Победы, 30', phone: '+7 (999) 000-10-01', services: ['Терапия', 'Эндокринология', 'Неврология', 'Офтальмология'] },
  { id: 'demo-children-polyclinic', name: 'Детская поликлиника', type: 'Детская поликлиника', parent: 'demo-health-department', town: 'Заречинск', line: 'улица Школьная, 5', phone: '+7 (999) 000-10-03', services: ['Педиатрия', 'Прививочный кабинет'] },
  { id: 'demo-berezovka', name: 'Берёзовская врачебная амбулатория', type: 'Врачебная амбулатория', parent: 'demo-health-department', town: 'село Берёзовка', line: 'улица Центральная, 3', phone: '+7 (999) 000-10-04', services: ['Общая врачебная практика'] },
  { id: 'demo-regional-hospital', name: 'Областная клиническая больница', type: 'Больница', parent: 'demo-health-department', town: 'Заречинск', line: 'улица Больничная, 1', phone: '+7 (999) 000-10-05', services: ['Приёмное отделение', 'Кардиология (стационар)', 'Лаборатория'] },
  { id: 'demo-cardio-centre', name: 'Кардиоцентр', type: 'Кардиологический центр', parent: 'demo-regional-hospital', town: 'Заречинск', line: 'улица Больничная, 1, корпус 4', phone: '+7 (999) 000-10-06', services: ['Кардиология'] },
  { id: 'demo-ambulance', name: 'Станция скорой медицинской помощи', type: 'Станция скорой помощи', parent: 'demo-health-department', town: 'Заречинск', line: 'улица Заводская, 9', phone: '+7 (999) 000-10-07', services: ['Скорая медицинская помощь'] },
  { id: 'demo-archive', name: 'Областной архив медицинских карт', type: 'Архив', parent: 'demo-health-department', town: 'Заречинск', line: 'Складской проезд, 2', phone: '+7 (999) 000-10-08', services: ['Хранение и выдача карт'] },
  { id: 'demo-training-centre', name: 'Учебный центр здравоохранения', type: 'Учебный центр', parent: 'demo-health-department', town: 'Заречинск', line: 'улица Университетская, 7', phone: '+7 (999) 000-10-09', services: ['Обучение сотрудников'] },
];

/** Rooms: `id`, clinic, name. */
export const rooms: readonly [id: string, clinic: string, name: string][] = [
  ['demo-room-p2-registry', 'demo-polyclinic-2', 'Регистратура'],
  ['demo-room-p2-nurse', 'demo-polyclinic-2', `Доврачебный кабинет, каб.${nb}201`],
  ['demo-room-p2-204', 'demo-polyclinic-2', `Кабинет терапевта, каб.${nb}204`],
  ['demo-room-p2-205', 'demo-polyclinic-2', `Кабинет терапевта, каб.${nb}205`],
  ['demo-room-p2-112', 'demo-polyclinic-2', `Кабинет хирурга, каб.${nb}112`],
  ['demo-room-p1-301', 'demo-polyclinic-1', `Кабинет терапевта, каб.${nb}301`],
  ['demo-room-p1-305', 'demo-polyclinic-1', `Кабинет эндокринолога, каб.${nb}305`],
  ['demo-room-p1-307', 'demo-polyclinic-1', `Кабинет невролога, каб.${nb}307`],
  ['demo-room-children-11', 'demo-children-polyclinic', `Кабинет педиатра, каб.${nb}11`],
  ['demo-room-children-12', 'demo-children-polyclinic', `Кабинет здорового ребёнка, каб.${nb}12`],
  ['demo-room-berezovka-1', 'demo-berezovka', 'Кабинет врача общей практики'],
  ['demo-room-hospital-admission', 'demo-regional-hospital', 'Приёмное отделение'],
  ['demo-room-hospital-cardiology', 'demo-regional-hospital', 'Кардиологическое отделение'],
  ['demo-room-cardio-41', 'demo-cardio-centre', `Кабинет кардиолога, каб.${nb}41`],
];

export const siteOf = (clinic: string) => `demo-site-${clinic.replace(/^demo-/, '')}`;

/** ОГРН of a made organisation: of the form 102 99 …, which no register has, with its check digit. */
function fictionalOgrn(n: number): string {
  const twelve = `10299${String(n).padStart(7, '0')}`;
  return twelve + ((Number(twelve) % 11) % 10);
}

export function demoOrganizations(zone: string): Resource[] {
  const insurer: Organization = {
    resourceType: 'Organization', id: 'demo-insurer', meta: demoMeta, active: true, name: 'Страховая медицинская организация «Заречье-Мед»', alias: ['Вымышленная организация'],
    type: [{ text: 'Страховая медицинская организация' }], identifier: [{ system: systems.ogrn, value: fictionalOgrn(90) }],
  };
  const organizations = clinics.map((clinic, i): Organization => ({
    resourceType: 'Organization',
    id: clinic.id,
    meta: demoMeta,
    active: true,
    identifier: [
      { system: systems.ogrn, value: fictionalOgrn(i + 1) },
      { system: systems.organizationOid, value: `1.2.643.5.1.13.13.12.2.99.${9000 + i}` },
    ],
    type: [{ text: clinic.type }],
    name: clinic.name,
    alias: [...(clinic.alias ? [clinic.alias] : []), 'Вымышленная организация'],
    telecom: [{ system: 'phone', value: clinic.phone, use: 'work' }],
    address: [{ text: `Заречная область, ${clinic.town}, ${clinic.line}`, line: [clinic.line], city: clinic.town, state: 'Заречная область', country: 'RU' }],
    ...(clinic.parent ? { partOf: ref(`Organization/${clinic.parent}`) } : {}),
  }));
  const sites = clinics.map((clinic): Location => ({
    resourceType: 'Location',
    id: siteOf(clinic.id),
    meta: demoMeta,
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: zone }],
    status: 'active',
    name: clinic.name,
    mode: 'instance',
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'si', display: 'Site' }] },
    address: { text: `Заречная область, ${clinic.town}, ${clinic.line}`, line: [clinic.line], city: clinic.town, state: 'Заречная область', country: 'RU' },
    managingOrganization: ref(`Organization/${clinic.id}`, clinic.name),
  }));
  const places = rooms.map(([id, clinic, name]): Location => ({
    resourceType: 'Location',
    id,
    meta: demoMeta,
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: zone }],
    status: 'active',
    name,
    mode: 'instance',
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'ro', display: 'Room' }] },
    managingOrganization: ref(`Organization/${clinic}`),
    partOf: ref(`Location/${siteOf(clinic)}`),
  }));
  const services = clinics.flatMap((clinic) =>
    clinic.services.map((name, i): HealthcareService => ({
      resourceType: 'HealthcareService',
      id: `${clinic.id}-service-${i + 1}`,
      meta: demoMeta,
      active: true,
      providedBy: ref(`Organization/${clinic.id}`, clinic.name),
      name,
      type: [{ text: name }],
      location: [ref(`Location/${siteOf(clinic.id)}`)],
    })),
  );
  return [...organizations, insurer, ...sites, ...places, ...services];
}
