import type { Command } from 'commander';

/**
 * The arguments, without what asks for help where they call a command that there is none of: help of the program would pass a mistyped
 * command for a right one. Arguments and options of commands that take some are left alone.
 */
export function withoutHelpOnUnknown(program: Command, args: readonly string[]): readonly string[] {
  let command = program;
  for (const [at, word] of args.entries()) {
    if (word === 'help') continue;
    if (word.startsWith('-') || isComplete(command)) return args;
    const inner = command.commands.find(
      (one) => one.name() === word || one.aliases().includes(word),
    );
    if (inner === undefined) return [...args.slice(0, at).filter((one) => one !== 'help'), word];
    command = inner as Command;
  }
  return args;
}

/** Whether words after the command may be its own arguments. */
function isComplete(command: Command): boolean {
  return command.commands.length === 0 || command.registeredArguments.length > 0;
}
