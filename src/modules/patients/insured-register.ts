import type { Ctx } from '../../access/context.ts';
import type { InsuredPerson, RegisterAnswer } from './contract.ts';
import { asPatient, personAnswer, systems } from './person.ts';
import { dropDemoInsured, findInsured, putInsured, type RegisterQuery } from './tables.ts';

type Sql = Ctx['sql'];

/** The register of insured persons, kept by the fund. Another implementation asks the fund's own service. */
export interface InsuredRegister {
  /** By policy, by СНИЛС, or by name and birth date; nobody for a question that is too broad. */
  find(query: RegisterQuery): Promise<InsuredPerson[]>;
}

/** A double of ours: the table `insured_person`, which is imported. */
export function tableRegister(sql: Sql): InsuredRegister {
  return { find: (query) => findInsured(sql, query) };
}

/** Takes over rows of the register. Demo rows are marked, and end with the demo. */
export async function fillRegister(sql: Sql, persons: readonly InsuredPerson[], options: { demo: boolean }): Promise<void> {
  await putInsured(sql, persons, options.demo);
}

export async function endDemoRegister(sql: Sql): Promise<void> {
  await dropDemoInsured(sql);
}

/** Who is insured, and the card that he has here already. */
export async function askRegister(ctx: Ctx, register: InsuredRegister, query: RegisterQuery): Promise<RegisterAnswer[]> {
  const hits = await register.find({ ...query, enp: query.enp?.replace(/\D/g, ''), snils: query.snils?.replace(/\D/g, '') });
  if (hits.length === 0) return [];
  const numbers = hits.flatMap(({ enp, snils }) => [`${systems.enp}|${enp}`, ...(snils ? [`${systems.snils}|${snils}`] : [])]);
  const cards = (await ctx.store.search('Patient', `identifier=${numbers.map(encodeURIComponent).join(',')}&_count=50`)).matches.map(asPatient);
  return hits.map((person) => {
    const card = cards.find(({ identifier }) => identifier?.some(({ system, value }) => (system === systems.enp && value === person.enp) || (system === systems.snils && value !== undefined && value === person.snils)));
    return { person, card: card && personAnswer(card) };
  });
}
