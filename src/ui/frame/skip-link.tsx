import { uiWords } from '../ui-words.ts';
import { useWords } from '../words.ts';
import css from './skip-link.module.css';

/** The first stop of the Tab key: past menu and head to the page itself (WCAG 2.2, 2.4.1). */
export function SkipLink() {
  return <a className={css.skip} href="#content">{useWords(uiWords).skip}</a>;
}
