import { route, type Route } from '../module.ts';
import type { Store } from '../../store/types.ts';

export function routes({ index }: { index: Store['index'] }): Route[] {
  return [route({ method: 'GET', path: '/exchange/index', roles: ['admin', 'system'], handle: () => index.state() })];
}
