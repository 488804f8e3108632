/** What a command ends with: 0 done, 1 failed, 2 changes are pending (`plan --detailed-exitcode`). */
export type ExitCode = 0 | 1 | 2;
