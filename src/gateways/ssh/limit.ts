/** More than any answer that the bot asks for; what prints more is not what it asked. */
export const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;
