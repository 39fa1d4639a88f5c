import type { PractitionerRole } from '@medplum/fhirtypes';
import { addAccount, readAccounts, type Account } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import type { AccountBody, AccountLine, AccountsAnswer, PostLine } from './contract.ts';
import { find, readMap, staffNames } from './find.ts';

/** Accounts of the installation, and the posts of staff for whom a new one may be made. */
export async function listStaffAccounts(ctx: Ctx): Promise<AccountsAnswer> {
  const [accounts, posts] = await Promise.all([readAccounts(ctx), find(ctx, 'PractitionerRole', '_count=1000')]);
  const references = posts.map(({ id }) => `PractitionerRole/${id}`);
  const [names, clinics] = await Promise.all([staffNames(ctx, references), readMap<'Organization'>(ctx, [...posts.map(({ organization }) => organization?.reference), ...accounts.map(({ organization }) => organization)])]);
  const clinicOf = (reference: string | undefined) => clinics.get(reference ?? '')?.name ?? '';
  return {
    accounts: accounts.map((account): AccountLine => ({ id: account.id, login: account.login, name: account.name, role: account.role, organization: clinicOf(account.organization), disabled: account.disabled, own: isOwn(ctx, account) })),
    posts: posts
      .map((post): PostLine => ({ id: post.id, name: names.get(`PractitionerRole/${post.id}`) ?? '', post: postOf(post), organization: clinicOf(post.organization?.reference) }))
      .filter(({ name }) => name)
      .sort((a, b) => a.name.localeCompare(b.name, 'ru')),
  };
}

const postOf = (post: PractitionerRole) => post.code?.[0]?.text ?? post.code?.[0]?.coding?.[0]?.display ?? '';
const isOwn = (ctx: Ctx, account: Account) => ctx.actor.reference === `Person/${account.id}`;

/** Makes an account for the holder of a post; its password is answered once. */
export async function makeStaffAccount(ctx: Ctx, { login, role, post }: AccountBody): Promise<{ login: string; password: string }> {
  const found = await ctx.store.readMany([`PractitionerRole/${post}`]);
  const holder = found[0] && (JSON.parse(found[0].content) as PractitionerRole);
  if (!holder?.practitioner?.reference) throw new Problem('chart.no-post');
  const name = (await staffNames(ctx, [`PractitionerRole/${post}`])).get(`PractitionerRole/${post}`) ?? login;
  const { account, password } = await addAccount(ctx, {
    login, role, name, practitioner: holder.practitioner.reference, practitionerRole: `PractitionerRole/${post}`, language: ctx.language, ...(holder.organization?.reference ? { organization: holder.organization.reference } : {}),
  });
  return { login: account.login, password };
}
