import type { Role } from '../../src/access/context.ts';
import { personById, nameOf, patientRef } from './people.ts';
import { fullName, roleOf, staffMember } from './staff.ts';

/** A demo sign-in: who may be chosen at the door, and what the day looks like. */
export interface DemoAccount {
  login: string;
  role: Role;
  name: string;
  /** References: `Practitioner/…`, `PractitionerRole/…`, `Organization/…`, `Patient/…`. */
  practitioner?: string;
  practitionerRole?: string;
  organization?: string;
  patients?: string[];
  line: { ru: string; en: string };
}

export const demoPassword = 'karta-demo';

function ofStaff(login: string, role: Role, id: string, ru: string, en: string): DemoAccount {
  const member = staffMember(id);
  return { login, role, name: fullName(member), practitioner: `Practitioner/${member.id}`, practitionerRole: roleOf(member), organization: `Organization/${member.clinic}`, line: { ru, en } };
}

/** The sign-ins of the demo, password `karta-demo`. */
export function demoAccounts(): DemoAccount[] {
  const ivanova = personById('ivanova');
  return [
    ofStaff('registrar', 'registrar', 'demo-belova', 'Регистратор поликлиники № 2: записать, найти карту, открыть новую', 'Registrar of Polyclinic No. 2: book, find a card, open a new one'),
    ofStaff('nurse', 'nurse', 'demo-orlova', 'Медсестра участка: доврачебный осмотр, давление и вес до приёма', 'District nurse: pressure and weight before the doctor’s visit'),
    ofStaff('doctor', 'doctor', 'demo-sokolova', 'Терапевт: 14 пациентов сегодня, следующая — Мария Петровна', 'Therapist: 14 patients today, Maria Petrovna is next'),
    ofStaff('doctor2', 'doctor', 'demo-gordeev', 'Кардиолог другой клиники: сегодня ждёт ту же пациентку по направлению', 'Cardiologist of another clinic: expects the same patient today by referral'),
    ofStaff('doctor3', 'doctor', 'demo-zakirov', 'Невролог без связи с пациенткой: увидит человека, но не карту', 'Neurologist with no relation to the patient: sees the person, not the record'),
    ofStaff('head', 'head', 'demo-nikitin', 'Главный врач: очереди, незакрытые случаи, кто открывал карты', 'Chief doctor: queues, open cases, who opened which card'),
    { login: 'patient', role: 'patient', name: nameOf(ivanova), patients: [patientRef(ivanova)], line: { ru: 'Мария Петровна, 67 лет: запись, документы, моя карта', en: 'Maria Petrovna: bookings, documents, my card' } },
    { login: 'admin', role: 'admin', name: 'Администратор демонстрации', line: { ru: 'Администратор: сотрудники, доступ, состояние системы', en: 'Administrator: staff, access, state of the system' } },
    { login: 'auditor', role: 'auditor', name: 'Рябов Олег Игоревич', line: { ru: 'Информационная безопасность: журнал доступа, без медицинских записей', en: 'Information security: the journal of access, no medical records' } },
  ];
}
