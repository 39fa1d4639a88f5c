import type { Organization, Patient, PractitionerRole } from '@medplum/fhirtypes';
import { createContext, type Caller, type Ctx, type Entrance, type Role } from '../access/index.ts';
import type { Language } from '../kernel/problem.ts';

const roleWords: Readonly<Record<Role, { ru: string; en: string }>> = {
  registrar: { ru: 'регистратор', en: 'registrar' },
  nurse: { ru: 'медицинская сестра', en: 'nurse' },
  doctor: { ru: 'врач', en: 'doctor' },
  head: { ru: 'главный врач', en: 'chief doctor' },
  admin: { ru: 'администратор', en: 'administrator' },
  auditor: { ru: 'информационная безопасность', en: 'information security' },
  patient: { ru: 'пациент', en: 'patient' },
  system: { ru: 'информационная система', en: 'information system' },
};

interface SessionAnswer {
  signedIn: true;
  language: Language;
  demo: boolean;
  person: {
    name: string;
    role: Role;
    roleText: string;
    reference: string;
    practitionerRole?: string;
    organization?: string;
    organizationReference?: string;
    patients?: { reference: string; name: string; birthDate?: string; relation?: string }[];
  };
}

/** Who is signed in, with the names that the frame shows. A name that cannot be read is left out, never a reason to fail. */
export async function answerSession(entrance: Entrance, caller: Caller, language: Language): Promise<SessionAnswer> {
  const { actor } = caller;
  const { ctx } = await createContext(entrance, caller, { language });
  const wanted = [actor.organization, actor.practitionerRole, ...(actor.patients ?? []).map((id) => `Patient/${id}`)].filter((reference) => reference !== undefined);
  const read = new Map((wanted.length > 0 ? await ctx.store.readMany(wanted) : []).map((stored) => [`${stored.type}/${stored.id}`, JSON.parse(stored.content) as unknown]));
  const post = read.get(actor.practitionerRole ?? '') as PractitionerRole | undefined;
  const organization = read.get(actor.organization ?? '') as Organization | undefined;
  return {
    signedIn: true,
    language: caller.language,
    demo: caller.demo,
    person: {
      name: actor.name,
      role: actor.role,
      roleText: post?.specialty?.[0]?.text ?? post?.code?.[0]?.text ?? post?.code?.[0]?.coding?.[0]?.display ?? roleWords[actor.role][language],
      reference: actor.reference,
      ...(actor.practitionerRole && { practitionerRole: actor.practitionerRole }),
      ...(organization?.name && { organization: organization.name }),
      ...(actor.organization && { organizationReference: actor.organization }),
      ...(actor.role === 'patient' && { patients: ownPatients(ctx, read) }),
    },
  };
}

function ownPatients(ctx: Ctx, read: ReadonlyMap<string, unknown>): NonNullable<SessionAnswer['person']['patients']> {
  return (ctx.actor.patients ?? []).map((id, index) => {
    const patient = read.get(`Patient/${id}`) as Patient | undefined;
    const name = patient?.name?.[0];
    const relation = index === 0 ? undefined : childWord(patient?.gender, ctx.language);
    return {
      reference: `Patient/${id}`,
      name: name?.text ?? ([name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ') || ctx.actor.name),
      ...(patient?.birthDate && { birthDate: patient.birthDate }),
      ...(relation && { relation }),
    };
  });
}

function childWord(gender: Patient['gender'], language: Language): string {
  if (language === 'en') return gender === 'female' ? 'daughter' : gender === 'male' ? 'son' : 'child';
  return gender === 'female' ? 'дочь' : gender === 'male' ? 'сын' : 'ребёнок';
}
