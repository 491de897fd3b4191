import type { Project, Violation } from '../project.ts';
import { isTestFile } from '../source-file.ts';

/** Folders of a particular machine: they mean nothing on another one. */
const MACHINE = /(^|[^.\w])\/(work\/|root\/|tmp\/n24)/;
const SHARED = /\.\.\/shared\b/;

/** No file names a place of one machine; only tests look for optional material beside the project. */
export function checkPlaces({ files }: Project): readonly Violation[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((content, index) => {
      const at = (message: string): Violation => ({
        rule: 'places',
        file: path,
        line: index + 1,
        message,
      });
      if (MACHINE.test(content)) return [at('names a folder of one machine')];
      if (SHARED.test(content) && !isTestFile(path) && !path.startsWith('bench/')) {
        return [at('reads material beside the project, which only tests may')];
      }
      return [];
    }),
  );
}
