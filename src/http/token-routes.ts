import type { FastifyInstance } from 'fastify';
import { basicCredentials, issueToken, TokenRefusal, type Entrance } from '../access/index.ts';

/** The token endpoint of OAuth 2.0, `/oauth/token`: client credentials with `client_secret_basic` (RFC 6749 §4.4). */
export function mountTokens(server: FastifyInstance, entrance: Entrance): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) => done(null, body));
    scope.post('/oauth/token', { bodyLimit: 8192, config: { journal: false } }, async (request, reply) => {
      reply.header('cache-control', 'no-store').header('pragma', 'no-cache');
      const { authorization } = request.headers;
      try {
        const token = await issueToken(entrance, { authorization, form: new URLSearchParams(typeof request.body === 'string' ? request.body : ''), address: request.ip });
        const account = basicCredentials(authorization)!.id;
        await entrance.journal.note({ at: entrance.clock.now(), actor: `Device/${account}`, role: 'system', account, purpose: 'SYSDEV', action: 'token', patients: [], types: [], status: 200, request: request.id });
        return token;
      } catch (error) {
        if (!(error instanceof TokenRefusal)) throw error;
        if (error.error === 'invalid_client') reply.code(401).header('www-authenticate', 'Basic realm="karta", charset="UTF-8"');
        else reply.code(400);
        return { error: error.error, error_description: error.message };
      }
    });
  });
}
