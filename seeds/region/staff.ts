import type { Practitioner, PractitionerRole, Resource } from '@medplum/fhirtypes';
import { snilsCheckDigits } from '../../src/kernel/identifiers.ts';
import { demoMeta, ref, systems } from './marks.ts';
import { clinics } from './organizations.ts';

/** Posts (11.1002) and specialities (11.1066) of the official dictionaries, as used here. */
const posts: Record<string, [code: string, name: string, speciality: [code: string, name: string] | undefined]> = {
  therapist: ['110', 'Врач-терапевт участковый', ['27', 'Терапия']],
  cardiologist: ['34', 'Врач-кардиолог', ['118', 'Кардиология']],
  surgeon: ['122', 'Врач-хирург', ['30', 'Хирургия']],
  paediatrician: ['59', 'Врач-педиатр участковый', ['22', 'Педиатрия']],
  endocrinologist: ['125', 'Врач-эндокринолог', ['31', 'Эндокринология']],
  neurologist: ['45', 'Врач-невролог', ['14', 'Неврология']],
  ophthalmologist: ['54', 'Врач-офтальмолог', ['20', 'Офтальмология']],
  general: ['49', 'Врач общей практики (семейный врач)', ['16', 'Общая врачебная практика (семейная медицина)']],
  admission: ['79', 'Врач приемного отделения', ['27', 'Терапия']],
  ambulance: ['98', 'Врач скорой медицинской помощи', ['25', 'Скорая медицинская помощь']],
  laboratory: ['35', 'Врач клинической лабораторной диагностики', ['13', 'Клиническая лабораторная диагностика']],
  paramedic: ['196', 'Фельдшер скорой медицинской помощи', ['206', 'Лечебное дело']],
  nurse: ['174', 'Медицинская сестра участковая', ['219', 'Сестринское дело']],
  'ward-nurse': ['159', 'Медицинская сестра', ['219', 'Сестринское дело']],
  'children-nurse': ['574', 'Медицинская сестра участковая врачей-педиатров участковых', ['221', 'Сестринское дело в педиатрии']],
  registrar: ['179', 'Медицинский регистратор', undefined],
  head: ['334', 'Главный врач медицинской организации', ['18', 'Организация здравоохранения и общественное здоровье']],
};

export interface StaffMember {
  /** `Practitioner/<id>`; the role is `PractitionerRole/<id>-<post>`. */
  id: string;
  post: keyof typeof posts;
  family: string;
  given: [string, string];
  sex: 'male' | 'female';
  born: string;
  clinic: string;
  room?: string;
  district?: string;
}

const person = (id: string, post: string, family: string, given: string, patronymic: string, sex: 'male' | 'female', born: string, clinic: string, room?: string, district?: string): StaffMember => ({
  id, post, family, given: [given, patronymic], sex, born, clinic, ...(room ? { room } : {}), ...(district ? { district } : {}),
});

export const staff: readonly StaffMember[] = [
  person('demo-sokolova', 'therapist', 'Соколова', 'Анна', 'Викторовна', 'female', '1984-06-02', 'demo-polyclinic-2', 'demo-room-p2-204', '7'),
  person('demo-orlova', 'nurse', 'Орлова', 'Татьяна', 'Ивановна', 'female', '1978-01-19', 'demo-polyclinic-2', 'demo-room-p2-nurse', '7'),
  person('demo-belova', 'registrar', 'Белова', 'Ксения', 'Олеговна', 'female', '1995-09-30', 'demo-polyclinic-2', 'demo-room-p2-registry'),
  person('demo-nikitin', 'head', 'Никитин', 'Андрей', 'Павлович', 'male', '1968-04-11', 'demo-polyclinic-2'),
  person('demo-pavlov', 'surgeon', 'Павлов', 'Николай', 'Константинович', 'male', '1971-12-08', 'demo-polyclinic-2', 'demo-room-p2-112'),
  person('demo-egorova', 'therapist', 'Егорова', 'Людмила', 'Сергеевна', 'female', '1966-03-03', 'demo-polyclinic-2', 'demo-room-p2-205', '8'),
  person('demo-lapina', 'ward-nurse', 'Лапина', 'Оксана', 'Юрьевна', 'female', '1989-07-25', 'demo-polyclinic-2', 'demo-room-p2-112'),
  person('demo-gordeev', 'cardiologist', 'Гордеев', 'Михаил', 'Александрович', 'male', '1975-10-17', 'demo-cardio-centre', 'demo-room-cardio-41'),
  person('demo-kim', 'ward-nurse', 'Ким', 'Елена', 'Робертовна', 'female', '1990-02-14', 'demo-cardio-centre', 'demo-room-cardio-41'),
  person('demo-stepanov', 'therapist', 'Степанов', 'Игорь', 'Валентинович', 'male', '1980-08-21', 'demo-polyclinic-1', 'demo-room-p1-301', '3'),
  person('demo-tkachenko', 'endocrinologist', 'Ткаченко', 'Ирина', 'Богдановна', 'female', '1977-05-06', 'demo-polyclinic-1', 'demo-room-p1-305'),
  person('demo-zakirov', 'neurologist', 'Закиров', 'Тимур', 'Ильдарович', 'male', '1982-11-29', 'demo-polyclinic-1', 'demo-room-p1-307'),
  person('demo-frolova', 'ophthalmologist', 'Фролова', 'Нина', 'Аркадьевна', 'female', '1963-09-14', 'demo-polyclinic-1'),
  person('demo-morozova', 'registrar', 'Морозова', 'Юлия', 'Дмитриевна', 'female', '1998-12-01', 'demo-polyclinic-1'),
  person('demo-vinogradova', 'paediatrician', 'Виноградова', 'Ольга', 'Евгеньевна', 'female', '1979-04-27', 'demo-children-polyclinic', 'demo-room-children-11', '2'),
  person('demo-safina', 'paediatrician', 'Сафина', 'Алия', 'Маратовна', 'female', '1991-06-16', 'demo-children-polyclinic', 'demo-room-children-12', '4'),
  person('demo-zhukova', 'children-nurse', 'Жукова', 'Марина', 'Петровна', 'female', '1985-10-10', 'demo-children-polyclinic', 'demo-room-children-11', '2'),
  person('demo-bulatov', 'general', 'Булатов', 'Сергей', 'Антонович', 'male', '1969-02-23', 'demo-berezovka', 'demo-room-berezovka-1', '1'),
  person('demo-shilova', 'nurse', 'Шилова', 'Галина', 'Ивановна', 'female', '1970-07-07', 'demo-berezovka', 'demo-room-berezovka-1', '1'),
  person('demo-arutyunyan', 'admission', 'Арутюнян', 'Давид', 'Ашотович', 'male', '1986-01-12', 'demo-regional-hospital', 'demo-room-hospital-admission'),
  person('demo-kovaleva', 'cardiologist', 'Ковалёва', 'Наталья', 'Игоревна', 'female', '1981-03-28', 'demo-regional-hospital', 'demo-room-hospital-cardiology'),
  person('demo-popova', 'ward-nurse', 'Попова', 'Светлана', 'Владимировна', 'female', '1974-08-09', 'demo-regional-hospital', 'demo-room-hospital-cardiology'),
  person('demo-maslov', 'laboratory', 'Маслов', 'Виктор', 'Степанович', 'male', '1964-11-05', 'demo-regional-hospital'),
  person('demo-chernov', 'ambulance', 'Чернов', 'Павел', 'Романович', 'male', '1988-05-18', 'demo-ambulance'),
  person('demo-gusev', 'paramedic', 'Гусев', 'Артём', 'Николаевич', 'male', '1993-09-02', 'demo-ambulance'),
  person('demo-loginova', 'registrar', 'Логинова', 'Вера', 'Михайловна', 'female', '1972-12-20', 'demo-archive'),
];

export const roleOf = (member: StaffMember) => `PractitionerRole/${member.id}-${member.post}`;
export const staffMember = (id: string): StaffMember => {
  const member = staff.find((one) => one.id === id);
  if (member === undefined) throw new Error(`nobody in the demo region is ${id}`);
  return member;
};
export const fullName = ({ family, given }: { family: string; given: readonly string[] }) => [family, ...given].join(' ');
/** «Соколова А. В.», with no-break spaces. */
export const shortName = ({ family, given }: { family: string; given: readonly string[] }) => [family, ...given.map((name) => `${name[0]}.`)].join('\u00a0');

const clinicName = new Map(clinics.map((clinic) => [clinic.id, clinic.name]));

export function demoStaff(): Resource[] {
  return staff.flatMap((member, i): Resource[] => {
    const [code, name, speciality] = posts[member.post]!;
    const nine = String(900_100_000 + i * 37);
    const practitioner: Practitioner = {
      resourceType: 'Practitioner',
      id: member.id,
      meta: demoMeta,
      identifier: [{ system: systems.staffSnils, value: nine + snilsCheckDigits(nine) }],
      active: true,
      name: [{ use: 'official', family: member.family, given: member.given, text: fullName(member) }],
      gender: member.sex,
      birthDate: member.born,
    };
    const role: PractitionerRole = {
      resourceType: 'PractitionerRole',
      id: `${member.id}-${member.post}`,
      meta: demoMeta,
      active: true,
      period: { start: '2015-09-01' },
      practitioner: ref(`Practitioner/${member.id}`, fullName(member)),
      organization: ref(`Organization/${member.clinic}`, clinicName.get(member.clinic)),
      code: [{ coding: [{ system: systems.posts, code, display: name }], text: name }],
      ...(speciality ? { specialty: [{ coding: [{ system: systems.specialities, code: speciality[0], display: speciality[1] }], text: speciality[1] }] } : {}),
      ...(member.room ? { location: [ref(`Location/${member.room}`)] } : {}),
      ...(member.district ? { extension: [{ url: systems.district, valueString: member.district }] } : {}),
    };
    return [practitioner, role];
  });
}
