import { route, type Route } from '../module.ts';
import type { ExchangeParts } from './index.ts';

export function routes({ index }: ExchangeParts): Route[] {
  return [route({ method: 'GET', path: '/exchange/index', roles: ['admin', 'system'], handle: () => index.state() })];
}
