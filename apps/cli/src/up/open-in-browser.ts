import { spawn } from 'node:child_process';

/** Asks the system to open an address; a machine without a browser is no error, the address was printed. */
export function openInBrowser(address: string): void {
  const [command, ...args] = openerOf(process.platform);
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['explorer.exe'];
  return ['xdg-open'];
}
