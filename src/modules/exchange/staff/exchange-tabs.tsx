import { Go, useWords } from '../../../ui/index.ts';
import { exchangePath, searchParametersPath, subscriptionsPath } from '../paths.ts';
import { words } from '../words.ts';
import css from './exchange.module.css';

/** The three pages of exchange. */
export function ExchangeTabs() {
  const t = useWords(words);
  return (
    <nav className={css.tabs} aria-label={t.exchange} data-print="no">
      <Go to={exchangePath} exact activeClassName={css.here}>{t.jobs}</Go>
      <Go to={subscriptionsPath} activeClassName={css.here}>{t.subscriptions}</Go>
      <Go to={searchParametersPath} activeClassName={css.here}>{t.searchParameters}</Go>
    </nav>
  );
}
