import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const CLOJURE = '/usr/bin/clojure';

/** Clojure itself, and JLine, the line editor of Leiningen's console. */
export const JARS = ['/usr/share/java/clojure-1.11.jar', '/usr/share/java/jline2.jar'] as const;

/** Fails, and is never skipped, where Debian's package is not installed. */
export function needClojure(): void {
  if (!existsSync(CLOJURE))
    throw new Error('This suite needs Clojure: apt-get install clojure. See .ci/run.');
}

/**
 * What Clojure's own reader makes of each text, one process for all: its name, and its arguments as the numbers of their
 * UTF-16 code units. Throws where one is not a single list, or where something stands behind it.
 */
export function readByClojure(forms: readonly string[]): { name: string; texts: string[] }[] {
  const program = `
    (binding [*read-eval* false]
      (doseq [line (line-seq (java.io.BufferedReader. *in*))]
        (let [reader (java.io.PushbackReader. (java.io.StringReader. line))
              form (read reader)]
          (assert (list? form))
          (assert (every? string? (rest form)))
          (assert (= ::end (read reader false ::end)))
          (println (str (first form)) (count (rest form))
                   (apply str (interpose "," (map int (apply str (rest form)))))))))`;
  const output = execFileSync(CLOJURE, ['-e', program], {
    input: forms.map((form) => `${form}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name = '', count = '', units = ''] = line.split(' ');
      const text = units === '' ? '' : units.split(',').map(Number);
      const joined = text === '' ? '' : String.fromCharCode(...text);
      return { name, texts: count === '1' ? [joined] : [count] };
    });
}
