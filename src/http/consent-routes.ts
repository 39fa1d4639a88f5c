import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { answerConsent, describeConsent, refuseSilently, type SilentRefusal, type AuthorizationServer, type Ctx, type Entrance } from '../access/index.ts';
import { Problem } from '../kernel/problem.ts';
import { languageOf } from './language.ts';
import { findCaller, findCallerIfAny, openContext } from './open-visit.ts';
import { parseInput } from './parse-input.ts';
import type { Screens } from './screens.ts';
import { readCookie } from './session-cookie.ts';

const answer = z.strictObject({ allow: z.boolean(), patient: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/).optional(), without: z.array(z.int().min(0).max(500)).max(500).optional(), remember: z.boolean().optional() });

/**
 * `/oauth/consent/:uid`: the page on which a person signs in and lets an app in, and what it reads and answers. The library's cookie is
 * bound to this very address, so that nobody answers another's request.
 */
export function mountConsent(server: FastifyInstance, entrance: Entrance, authorization: AuthorizationServer, screens: Screens | undefined): void {
  const exchangeOf = async (request: FastifyRequest, response: Parameters<typeof describeConsent>[1]['response']) => ({ provider: await authorization.provider(), request: request.raw, response });

  server.get('/oauth/consent/:uid', { config: { journal: false } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const caller = await findCallerIfAny(entrance, request).catch(() => undefined);
    const exchange = await exchangeOf(request, reply.raw);
    let silently: SilentRefusal = 'login_required';
    if (caller?.by === 'cookie') {
      const ctx = await openContext(entrance, request);
      // What cannot be described (the request is over, another person's launch) is said by the page.
      const asked = await describeConsent(ctx, exchange, readCookie(request, entrance.url)!).catch((error: unknown) => {
        silently = error instanceof Problem && error.code === 'access.sign-in-needed' ? 'login_required' : 'interaction_required';
        return undefined;
      });
      if (asked?.remembered) return reply.redirect((await answerConsent(ctx, exchange, readCookie(request, entrance.url)!, { allow: true })).to, 303);
      if (asked) silently = asked.patient === 'choose' || asked.patient === 'find' ? 'interaction_required' : 'consent_required';
    }
    const back = await refuseSilently(exchange, silently);
    if (back !== undefined) return reply.redirect(back, 303);
    if (!screens) throw new Problem('http.no-such-address');
    return reply.sendFile(screens.consent);
  });

  server.get('/oauth/consent/:uid/request', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    return describeConsent(await personContext(entrance, request), await exchangeOf(request, reply.raw), readCookie(request, entrance.url)!);
  });

  server.post('/oauth/consent/:uid/answer', { bodyLimit: 4096 }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const ctx = await personContext(entrance, request);
    const { body } = parseInput({ body: answer }, { params: undefined, query: undefined, body: request.body }, languageOf(request));
    return answerConsent(ctx, await exchangeOf(request, reply.raw), readCookie(request, entrance.url)!, body as z.output<typeof answer>);
  });
}

/** Only a person at a screen may let an app in: no token can. */
async function personContext(entrance: Entrance, request: FastifyRequest): Promise<Ctx> {
  const caller = await findCaller(entrance, request);
  if (caller.by !== 'cookie') throw new Problem('access.sign-in-needed');
  return openContext(entrance, request);
}
