/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "company.h"

void company_init(struct company *company)
{
    *company = (struct company){0};
    mtx_init(&company->lock, mtx_plain);
    cnd_init(&company->changed);
}

void company_release(struct company *company)
{
    cnd_destroy(&company->changed);
    mtx_destroy(&company->lock);
}

void company_enter(struct company *company)
{
    mtx_lock(&company->lock);
    while (company->alone)
        cnd_wait(&company->changed, &company->lock);
    company->inside++;
    mtx_unlock(&company->lock);
}

void company_leave(struct company *company)
{
    mtx_lock(&company->lock);
    company->inside--;
    if (company->alone)
        cnd_broadcast(&company->changed);
    mtx_unlock(&company->lock);
}

void company_enter_alone(struct company *company)
{
    mtx_lock(&company->lock);
    while (company->alone)
        cnd_wait(&company->changed, &company->lock);
    company->alone = true;
    while (company->inside > 0)
        cnd_wait(&company->changed, &company->lock);
    mtx_unlock(&company->lock);
}

void company_leave_alone(struct company *company)
{
    mtx_lock(&company->lock);
    company->alone = false;
    cnd_broadcast(&company->changed);
    mtx_unlock(&company->lock);
}
