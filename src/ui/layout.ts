const latin = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>";
const russian = 'ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ';

/** The same keys in the other layout: «bdfyjdf» is «иванова» typed with the wrong one. */
export function swapLayout(text: string): string {
  return [...text]
    .map((letter) => {
      const at = latin.indexOf(letter);
      if (at >= 0) return russian[at]!;
      const back = russian.indexOf(letter);
      return back >= 0 ? latin[back]! : letter;
    })
    .join('');
}
