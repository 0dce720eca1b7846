#include <jailhouse/types.h>
#include <jailhouse/cell-config.h>

int a[] = { 1 + 2 + 3 + 4 + 5 + sizeof(int) + unknown };
