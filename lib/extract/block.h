/* block.h - the lines of a page: runs of text that no block element, <br> or cell parts. */
#ifndef NETRAL_LIB_EXTRACT_BLOCK_H
#define NETRAL_LIB_EXTRACT_BLOCK_H

#include "lib/extract/page.h"

struct block {
	uint32_t node;  /* its first text */
	uint32_t owner; /* the block element that it stands in */
	uint32_t cell;  /* the table cell that it stands in, or 0 */
	uint32_t text;  /* where in blocks.text; runs of blanks are one */
	uint32_t len;
	uint32_t link_len; /* bytes of it in links */
	uint32_t marks;    /* commas, full stops and the like */
	uint8_t heading;   /* 1 to 6, or 0 */
	bool listed;       /* in a list */
	bool out;          /* in a part that is named as not the article's */
	float score;       /* how much it speaks for an article (> 0) or against */
};

struct blocks {
	struct buf text;
	struct buf list_buf;
	struct block *list;
	uint32_t count;
};

/* Cuts a page into blocks and scores them; parts that can never be text (menus, forms' fields) are
 * passed over. With `names`, class and id names are believed. *ret_blocks is the caller's also on
 * error, to be ended with blocks_fini(). Texts point into it. 0, NETRAL_ENOMEM. One thread at a
 * time. */
int blocks_cut(const struct page *p, bool names, struct blocks *ret_blocks);
void blocks_fini(struct blocks *b); /* takes a zeroed object */

struct text block_text(const struct blocks *b, const struct block *block);

/* At least half of it is links. */
bool block_is_linked(const struct block *b);

#endif
