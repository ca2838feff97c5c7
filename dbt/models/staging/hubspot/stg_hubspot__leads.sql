{{ stage_entity("hubspot", "leads", "contacts", {
    "lead_id": "id",
    "created_at": "properties.createdate",
    "status": "properties.lifecyclestage",
    "email": "properties.email",
    "source": "properties.hs_analytics_source",
    "rep_id": "properties.hubspot_owner_id",
    "company": "properties.company",
    "job_title": "properties.jobtitle",
    "industry": "properties.industry",
    "country": "properties.country",
    "updated_at": "updatedAt",
}) }}
