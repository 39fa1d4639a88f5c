import type pg from 'pg';
import { Problem } from '../kernel/problem.ts';
import { valueTypes } from './parse-values.ts';
import './problems.ts';

/**
 * How every connection of Karta is set: UTC, ISO dates, UTF-8, and our reading of values. Statements that are prepared keep one plan: the store
 * chooses by itself what drives a search, and planning the same text again for each new value cost as much as running it.
 */
export function connection(url: string): pg.ClientConfig {
  return { connectionString: url, application_name: 'karta', keepAlive: true, options: '-c TimeZone=UTC -c DateStyle=ISO -c client_encoding=UTF8 -c plan_cache_mode=force_generic_plan', types: valueTypes };
}

const away = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', '57P01', '57P02', '57P03', '53300']);
const awayMessages = /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Client is not queryable)/;

/** SQLSTATE class 08 and the 57P0x are of the connection, 53100 is a full disk (PostgreSQL, Appendix A); anything else stays what it is. */
export function asProblem(error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '53100') return withCause(new Problem('db.no-space'), error);
  if (!(code !== undefined && (away.has(code) || /^08...$/.test(code))) && !awayMessages.test(message ?? '')) return error;
  return withCause(new Problem('db.unavailable'), error);
}

function withCause(problem: Problem, cause: unknown): Problem {
  problem.cause = cause;
  return problem;
}
