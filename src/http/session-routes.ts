import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { createFirstAdministrator, demoPeople, signIn, signOut, signOutEverywhere, type Entrance, type Opened } from '../access/index.ts';
import { problemOf } from './answer-problem.ts';
import { languageOf } from './language.ts';
import { findCaller, findCallerIfAny } from './open-visit.ts';
import { parseInput } from './parse-input.ts';
import { demandSameOrigin } from './same-origin.ts';
import { answerSession } from './session-answer.ts';
import { clearCookie, readCookie, setCookie } from './session-cookie.ts';
import { statusOf } from '../kernel/problem.ts';

const credentials = z.strictObject({ login: z.string().min(1).max(64), password: z.string().min(1).max(200) });
const first = z.strictObject({ token: z.string().min(20).max(100), login: z.string().min(2).max(64), password: z.string().min(1).max(200), name: z.string().trim().min(2).max(120) });

/** Signing in and out: `/api/session`. */
export function mountSession(server: FastifyInstance, entrance: Entrance): void {
  const config = { journal: false };

  server.get('/api/session', { config }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const caller = await findCallerIfAny(entrance, request);
    return caller ? answerSession(entrance, caller, languageOf(request)) : { signedIn: false };
  });

  server.get('/api/session/demo-people', { config }, async (_, reply) => {
    reply.header('cache-control', 'no-store');
    return (await demoPeople(entrance)).map(({ about, ...person }) => ({ ...person, line: about }));
  });

  server.post('/api/session', { config, bodyLimit: 4096 }, async (request, reply) => {
    demandSameOrigin(request, entrance.url, false);
    const { body } = parseInput({ body: credentials }, { params: undefined, query: undefined, body: request.body }, languageOf(request));
    const given = body as z.output<typeof credentials>;
    try {
      const opened = await signIn(entrance, { ...given, address: request.ip });
      return await welcome(entrance, request, reply, opened, 'sign-in');
    } catch (error) {
      // Whose login was tried is not written down: a password typed into the wrong field would stand in the journal.
      await noteEntry(entrance, request, { actor: 'Device/public', role: 'patient', account: '', action: 'sign-in', status: statusOf(problemOf(error, request, entrance.log)) });
      throw error;
    }
  });

  server.post('/api/session/first', { config, bodyLimit: 4096 }, async (request, reply) => {
    demandSameOrigin(request, entrance.url, false);
    const { body } = parseInput({ body: first }, { params: undefined, query: undefined, body: request.body }, languageOf(request));
    const opened = await createFirstAdministrator(entrance, { ...(body as z.output<typeof first>), address: request.ip });
    return welcome(entrance, request, reply, opened, 'first-administrator');
  });

  server.delete('/api/session', { config }, async (request, reply) => {
    const cookie = readCookie(request, entrance.url);
    const caller = await findCallerIfAny(entrance, request);
    if (cookie !== undefined) await signOut(entrance, cookie);
    if (caller) await noteEntry(entrance, request, { actor: caller.actor.reference, role: caller.actor.role, account: caller.account, action: 'sign-out', status: 204 });
    clearCookie(reply, entrance.url);
    return reply.code(204).send();
  });

  server.delete('/api/session/all', { config }, async (request, reply) => {
    const caller = await findCaller(entrance, request);
    await signOutEverywhere(entrance, caller.account);
    await noteEntry(entrance, request, { actor: caller.actor.reference, role: caller.actor.role, account: caller.account, action: 'sign-out-everywhere', status: 204 });
    clearCookie(reply, entrance.url);
    return reply.code(204).send();
  });
}

async function welcome(entrance: Entrance, request: FastifyRequest, reply: FastifyReply, opened: Opened, action: string): Promise<unknown> {
  // Whoever sat here before is signed out: a session is never taken over.
  const before = readCookie(request, entrance.url);
  if (before !== undefined) await signOut(entrance, before);
  const { actor } = opened.caller;
  await noteEntry(entrance, request, { actor: actor.reference, role: actor.role, account: opened.account.id, action, status: 200 });
  setCookie(reply, entrance.url, opened.token);
  reply.header('cache-control', 'no-store');
  return answerSession(entrance, opened.caller, languageOf(request));
}

function noteEntry(entrance: Entrance, request: FastifyRequest, row: { actor: string; role: 'patient' | Opened['account']['role']; account: string; action: string; status: number }): Promise<void> {
  return entrance.journal.note({ at: entrance.clock.now(), purpose: 'HADMIN', patients: [], types: [], request: request.id, ...row });
}
