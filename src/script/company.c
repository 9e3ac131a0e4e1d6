/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "company.h"

void company_init(struct company *company)
{
    *company = (struct company){0};
    pthread_mutex_init(&company->lock, NULL);
    pthread_cond_init(&company->changed, NULL);
}

void company_release(struct company *company)
{
    pthread_cond_destroy(&company->changed);
    pthread_mutex_destroy(&company->lock);
}

void company_enter(struct company *company)
{
    pthread_mutex_lock(&company->lock);
    while (company->alone)
        pthread_cond_wait(&company->changed, &company->lock);
    company->inside++;
    pthread_mutex_unlock(&company->lock);
}

void company_leave(struct company *company)
{
    pthread_mutex_lock(&company->lock);
    company->inside--;
    if (company->alone)
        pthread_cond_broadcast(&company->changed);
    pthread_mutex_unlock(&company->lock);
}

void company_enter_alone(struct company *company)
{
    pthread_mutex_lock(&company->lock);
    while (company->alone)
        pthread_cond_wait(&company->changed, &company->lock);
    company->alone = true;
    while (company->inside > 0)
        pthread_cond_wait(&company->changed, &company->lock);
    pthread_mutex_unlock(&company->lock);
}

void company_leave_alone(struct company *company)
{
    pthread_mutex_lock(&company->lock);
    company->alone = false;
    pthread_cond_broadcast(&company->changed);
    pthread_mutex_unlock(&company->lock);
}
