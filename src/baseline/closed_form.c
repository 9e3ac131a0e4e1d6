/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "closed_form.h"

double closed_form_base(const struct closed_form *form, uint32_t item, uint32_t interaction)
{
    return form->by_item ? item_prior_of(&form->prior, item, interaction) : form->prior.mean;
}

double closed_form_effect(const struct closed_form *form, double sum, uint32_t count)
{
    return form->by_user && count ? sum / (count + form->user_shrink) : 0;
}
