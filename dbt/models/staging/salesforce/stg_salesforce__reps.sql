{{ stage_entity("salesforce", "reps", "user", {
    "rep_id": "Id",
    "name": "Name",
    "email": "Email",
    "team": "UserRole.Name",
    "manager_id": "ManagerId",
    "region": "Region__c",
    "is_active": "IsActive",
    "hired_on": "Hired_On__c",
}) }}
