/** The most bytes of content of a file of /etc that one answer carries. */
export const MAX_ETC_CONTENT = 1024 * 1024;

/** How many hosts are compared with each other at a time. */
export const MAX_ETC_HOSTS = 500;
