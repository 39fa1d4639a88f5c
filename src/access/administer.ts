import { randomInt } from 'node:crypto';
import { createAccount, disableAccount, listAccounts, type Account, type NewAccount } from './account.ts';
import type { Ctx } from './context.ts';
import { demandRole, entranceOf } from './create-context.ts';

/** Letters that nobody confuses when a password is read out or copied from a slip of paper. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four: 79 random bits, to be said over the telephone. */
export function drawPassword(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')).join('-');
}

/** All accounts, for an administrator. */
export async function readAccounts(ctx: Ctx): Promise<Account[]> {
  demandRole(ctx, ['admin']);
  return listAccounts(entranceOf(ctx).entrance);
}

/** Makes an account with a drawn password, told once in the answer and kept nowhere. */
export async function addAccount(ctx: Ctx, account: Omit<NewAccount, 'password' | 'demo'>): Promise<{ account: Account; password: string }> {
  demandRole(ctx, ['admin']);
  const password = drawPassword();
  return { account: await createAccount(entranceOf(ctx).entrance, { ...account, password }), password };
}

/** Closes an account, which ends its sessions at once, or opens it again. */
export async function closeAccount(ctx: Ctx, id: string, closed: boolean): Promise<void> {
  demandRole(ctx, ['admin']);
  await disableAccount(entranceOf(ctx).entrance, id, closed);
}
