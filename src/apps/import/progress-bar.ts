import type { Language } from '../../kernel/problem.ts';

const width = 30;

/** One line on a terminal that shows how far an import is: share of the bytes, resources, rate. Silent where there is no terminal. */
export class ProgressBar {
  readonly #total: number;
  readonly #language: Language;
  readonly #started = performance.now();
  #bytes = 0;
  #resources = 0;
  #drawn = 0;

  constructor(total: number, language: Language) {
    this.#total = Math.max(1, total);
    this.#language = language;
  }

  heard(bytes: number): void {
    this.#bytes += bytes;
    this.#draw();
  }

  progressed(resources: number): void {
    this.#resources += resources;
    this.#draw();
  }

  /** Seconds since the beginning, and resources a second. */
  rate(): { seconds: number; perSecond: number } {
    const seconds = (performance.now() - this.#started) / 1000;
    return { seconds, perSecond: Math.round(this.#resources / Math.max(seconds, 0.001)) };
  }

  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }

  #draw(): void {
    if (!process.stderr.isTTY || performance.now() - this.#drawn < 100) return;
    this.#drawn = performance.now();
    const share = Math.min(1, this.#bytes / this.#total);
    const filled = Math.round(share * width);
    const number = (value: number) => value.toLocaleString(this.#language);
    const unit = this.#language === 'ru' ? 'ресурсов' : 'resources';
    const per = this.#language === 'ru' ? '/с' : '/s';
    process.stderr.write(`\r\u001b[K${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${Math.round(share * 100)}\u00a0%  ${number(this.#resources)}\u00a0${unit}  ${number(this.rate().perSecond)}${per}`);
  }
}
